"""What runs for a browser's session, from top to bottom, whenever something is clicked."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from regulars.app import links, show
from regulars.app.access import Doorkeeper
from regulars.app.look import readable_on
from regulars.app.sign_in import let_in
from regulars.app.source import Release
from regulars.app.views import PAGES
from regulars.app.warm import shelf
from regulars.errors import NoRelease, RegularsError
from regulars.settings import Settings
from regulars.terms.phrases import count, day


@st.cache_resource(show_spinner=False)
def keeper(workspace: str) -> Doorkeeper:
    """Return who lets people in, by the settings at the start."""
    return Doorkeeper.of(Settings.load(Path(workspace)).app)


def main(workspace: str) -> None:
    """Draw what is asked for."""
    st.set_page_config("regulars", str(Path(__file__).with_name("icon.svg")), layout="wide")
    style()
    # The places are told to Streamlit before anything else, so that a URL is kept through the sign-in.
    if not let_in(keeper(workspace)):
        places(None, "hidden")
        return
    try:
        release = shelf(workspace).current()
    except NoRelease:
        places(None, "hidden")
        welcome(workspace)
        return
    except RegularsError as problem:
        places(None, "hidden")
        refused(problem)
        return
    chosen = places(release, "sidebar")
    about(release)
    try:
        chosen.run()
    except RegularsError as problem:
        refused(problem)


def places(release: Release | None, menu: Literal["sidebar", "hidden"]) -> Any:
    """Tell Streamlit which pages there are, and return the one that is asked for."""
    pages = {
        name: st.Page(
            partial(page.draw, release),
            title=page.TITLE,
            icon=page.ICON,
            url_path=name,
            default=name == "overview",
        )
        for name, page in PAGES.items()
    }
    links.remember(pages)
    return st.navigation(list(pages.values()), position=menu, expanded=True)


def style() -> None:
    """Bring in what Streamlit has no setting for."""
    css = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    st.html(f"<style>{css}:root {{ --on-accent: {readable_on(show.colors().accent)}; }}</style>")


def about(release: Release) -> None:
    """Say in the margin whose figures these are and how far they go."""
    with st.sidebar:
        st.markdown(f"**{show.plain_text(release.shop)}**")
        st.caption(
            f"Known until {day(release.last_day)}. Predictions look {count(release.horizon_days, 'day')} ahead. "
            f"Release {release.id}."
        )


def welcome(workspace: str) -> None:
    """Say what to do before anything was published."""
    show.head("Nothing has been published yet", f"The workspace is {workspace}.")
    st.markdown(
        "Give it your orders, as CSV, Excel, Parquet or a database:\n\n"
        f"```\nregulars run orders.csv --workspace {workspace}\n```\n\n"
        "or look around in a made-up shop first:\n\n"
        "```\nregulars demo\nregulars app --workspace demo-shop\n```\n\n"
        "This page shows the release as soon as there is one."
    )
    if st.button("Look again", icon=":material/refresh:"):
        st.rerun()


def refused(problem: RegularsError) -> None:
    """Say what went wrong and what helps."""
    st.error(show.plain_text(str(problem)), icon=":material/error:")
    if problem.hint:
        st.markdown(f"What helps: {problem.hint}")


if __name__ == "__main__":
    main(sys.argv[1])
