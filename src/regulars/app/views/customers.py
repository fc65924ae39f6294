"""Customers: find one, and see who that is, what lies ahead and why."""

from __future__ import annotations

import streamlit as st

from regulars.app import links, show
from regulars.app.source import Release, Row
from regulars.app.views.one_customer import draw_customer
from regulars.app.views.segments import BANDS

TITLE, ICON = "Customers", ":material/person_search:"
LISTED = 50
ORDERS = {"revenue_at_risk": "revenue at risk", "revenue": "revenue to date"}
EVERY, ANY = "All segments", "any risk"


def draw(release: Release) -> None:
    """Draw the customer who is asked for, or a list of those who fit."""
    show.head("Customers")
    typed = links.typed("Customer id, name, e-mail, country or attribute", "customer", "Type and press Enter")
    document = release.customer(typed) if typed else None
    if document is not None:
        draw_customer(release, document)
        return
    _list(release, typed)


def prepare(release: Release) -> None:
    """Ask for the list that the page begins with, and score one of it: the models are read with the first score."""
    found = _found(release, _orders(release)[0])
    if found and release.has("predictions"):
        release.reasons(found[0]["customer_id"])


def _orders(release: Release) -> list[str]:
    return list(ORDERS if release.has("predictions") else ("revenue",))


def _found(
    release: Release, order: str, typed: str = "", segment: str | None = None, risk_band: str | None = None
) -> list[Row]:
    question = "find_customers_at_risk" if order == "revenue_at_risk" else "find_customers"
    return release.ask(question, search=typed.lower() or None, segment=segment, risk_band=risk_band, n=LISTED)


def _list(release: Release, typed: str) -> None:
    left, middle, right = st.columns(3)
    names = [row["segment"] for row in release.section("segments").get("rows") or []]
    segment = links.choose(left, "Segment", [EVERY, *names], "segment")
    orders = _orders(release)
    order = links.choose(middle, "Most first, by", orders, "order", lambda name: ORDERS[name])
    risk = ANY
    if order == "revenue_at_risk":
        risk = links.choose(right, "Risk", [ANY, *BANDS], "risk", lambda name: name.capitalize())
    found = _found(
        release, order, typed, None if segment == EVERY else segment, None if risk == ANY else risk
    )
    if not found:
        show.nothing(
            f"Nobody fits {typed!r}." if typed else "Nobody is in this segment at this risk.",
            "Ids are written as in the order file; part of a name or an address is enough.",
        )
        return
    if len(found) == LISTED:
        st.caption(f"The first {LISTED}; type more, or choose a segment, to see fewer.")
    show.table(
        found, _kinds(found), key="customers", currency=release.currency, opens_customers=True, height=560
    )


def _kinds(found: list[Row]) -> show.Kinds:
    kinds = {
        "customer_id": ("Customer", "text"), "name": ("Name", "text"), "country": ("Country", "text"),
        "segment": ("Segment", "text"), "p_churn": ("Likely not to order", "share"), "revenue_at_risk": ("Revenue at risk", "money"),
        "predicted_clv": ("Expected revenue", "money"), "last_ordered_at": ("Last order", "day"), "n_orders": ("Orders", "count"),
        "revenue_to_date": ("Revenue to date", "money"),
    }  # fmt: skip
    return {name: kind for name, kind in kinds.items() if any(row.get(name) is not None for row in found)}
