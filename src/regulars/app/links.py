"""Ways between the pages; each leads to a URL that opens the same view."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

PAGES = "regulars_pages"


def remember(pages: dict[str, Any]) -> None:
    """Keep the pages of this session by their place in the URL."""
    st.session_state[PAGES] = pages


def link(page: str, label: str, **params: str) -> None:
    """Show a way to a page, and to a view of it."""
    st.page_link(
        st.session_state[PAGES][page],
        label=label,
        icon=":material/arrow_forward:",
        query_params=params or None,
    )


def go(page: str, **params: str) -> None:
    """Open a page at a view of it."""
    st.switch_page(st.session_state[PAGES][page], query_params=params)


def customer(customer_id: str) -> None:
    """Open a customer."""
    go("customers", customer=customer_id)


def choose(
    place: Any, label: str, options: Iterable[str], key: str, words: Callable[[str], str] = str
) -> str:
    """Offer a choice that stands in the URL as `key`, by its code; the first one when the URL names none."""
    codes = list(options)
    asked = st.query_params.get(key)
    index = codes.index(asked) if asked in codes else 0
    chosen = str(place.selectbox(label, codes, index=index, key=f"choose-{key}", format_func=words))
    if chosen == codes[0]:
        st.query_params.pop(key, None)
    elif asked != chosen:
        st.query_params[key] = chosen
    return chosen


def typed(label: str, key: str, hint: str) -> str:
    """Offer a field whose text stands in the URL as `key`; a link to another text fills it anew."""
    asked = st.query_params.get(key, "")
    found = st.text_input(label, value=asked, placeholder=hint, icon=":material/search:").strip()
    if found != asked:
        if found:
            st.query_params[key] = found
        else:
            st.query_params.pop(key, None)
    return found
