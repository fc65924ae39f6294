"""Insights: what is worth saying, when to act, what it is worth, and who is behind it."""

from __future__ import annotations

import streamlit as st

from regulars.app import links, show
from regulars.app.source import Release, Row
from regulars.terms.phrases import count, day, spoken

TITLE, ICON = "Insights", ":material/lightbulb:"
LISTED = 500
ANY = "Any time"
MARKS = {"alert": ":material/error:", "warning": ":material/warning:"}


def draw(release: Release) -> None:
    """Draw the page."""
    section = release.section("findings")
    show.head("What is worth knowing", section.get("sentence") or "")
    plans = section.get("plans") or []
    if section.get("missing") or not plans:
        show.nothing(section.get("missing") or "Nothing stands out in this release.")
        return
    if (asked := st.query_params.get("finding")) and (found := _by_id(plans, asked)):
        _finding(release, found, opened=True)
        links.link("insights", "All insights")
        return
    titles = {plan["act_when"]: f"{plan['title']} ({plan['time']})" for plan in plans}
    chosen = links.choose(st, "When to act", [ANY, *titles], "when", lambda name: titles.get(name, name))
    for plan in plans:
        if chosen in (ANY, plan["act_when"]):
            show.part(f"{plan['title']}: {plan['time']}")
            for row in plan["rows"]:
                _finding(release, row)
    if silent := section.get("silent"):
        with st.expander("What was looked at and is not said"):
            for row in silent:
                st.markdown(show.plain_text(f"{spoken(row['kind'])}: {row['because']}"))


def _by_id(plans: list[Row], finding_id: str) -> Row | None:
    return next((row for plan in plans for row in plan["rows"] if row["finding_id"] == finding_id), None)


def _finding(release: Release, row: Row, *, opened: bool = False) -> None:
    with st.container(border=True):
        words, worth = st.columns([4, 1], vertical_alignment="center")
        mark = MARKS.get(row["severity"], ":material/info:")
        words.markdown(f"{mark} **{show.plain_text(row['sentence'])}**")
        if row["action"]:
            words.markdown(show.plain_text(row["action"]))
        words.caption(show.plain_text(_small(row, release)))
        if row["money"] is not None:
            worth.markdown(f"**{show.plain_text(release.currency.text(row['money']))}**")
            worth.caption(show.plain_text(row["money_meaning"] or ""))
        if row["n_customers"] and row["customers"]:
            _people(release, row, opened)


def _small(row: Row, release: Release) -> str:
    said = [spoken(row["kind"])]
    if row.get("effort"):
        said.append(f"effort {row['effort']}")
    if row.get("ci_low") is not None and row.get("ci_high") is not None:
        said.append(
            f"in 95 of 100 cases {release.currency.text(row['ci_low'])} to {release.currency.text(row['ci_high'])}"
        )
    if row.get("p_adjusted") is not None:
        said.append(f"p adjusted {row['p_adjusted']:.3f}")
    if row.get("period_start") and row.get("period_end"):
        said.append(f"{day(row['period_start'])} to {day(row['period_end'])}")
    if row.get("overlaps"):
        said.append("may count revenue of other findings too")
    return " · ".join(said)


def _people(release: Release, row: Row, opened: bool) -> None:
    key = f"finding-{row['finding_id']}"
    with st.expander(f"Who: {count(row['n_customers'], 'customer')}", expanded=opened):
        if not release.has("finding_customers"):
            rows = row["customers"]
        elif st.toggle("All of them", value=opened, key=f"{key}-all"):
            rows = release.ask("finding_customers", finding_id=row["finding_id"], n=LISTED)
            if len(rows) == LISTED:
                st.caption(f"The first {LISTED} by money.")
        else:
            rows = row["customers"]
        show.table(
            rows, key=key, currency=release.currency, opens_customers=True,
            kinds={"customer_id": ("Customer", "text"), "money": ("Money", "money"), "reason": ("Why", "text")},
        )  # fmt: skip
        st.caption(f'`regulars sql "{row["rows_query"]}"`' if row.get("rows_query") else "")
