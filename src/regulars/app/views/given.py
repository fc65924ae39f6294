"""What the data itself gives of one customer: outcomes predicted from the customers table, why, and the table's own words."""

from __future__ import annotations

import streamlit as st

from regulars.app import show
from regulars.app.source import Release, Row
from regulars.terms.phrases import number, percent, spoken

SHOWN = 5


def is_told(document: Row) -> bool:
    """Return whether anything is predicted of a customer that looks no way ahead."""
    return any(row["horizon_days"] is None for row in document.get("target_predictions") or [])


def draw_given(release: Release, document: Row) -> None:
    """Draw each outcome with its reasons; and, where no order is known, what the table says."""
    told = [row for row in document.get("target_predictions") or [] if row["horizon_days"] is None]
    titles = {row["target"]: row["title"] for row in release.section("outcomes").get("targets") or []}
    if told:
        show.part("Outcomes in your data")
        show.figures([_figure(row, titles) for row in told])
        for row in told:
            _why(document, row["target"], titles)
    attributes = (document.get("customer") or {}).get("attributes")
    if attributes and not document.get("features"):
        rows = [
            {"column": name, "value": str(value)} for name, value in attributes.items() if value is not None
        ]
        show.table(
            rows, key="attributes", says="What the customers table says.",
            kinds={"column": ("Column", "text"), "value": ("Value", "text")},
        )  # fmt: skip


def _figure(row: Row, titles: Row) -> tuple[str, str, str | None, str | None]:
    title = titles.get(row["target"]) or spoken(row["target"])
    if row["low"] is None or row["high"] is None:
        return (
            title,
            percent(row["prediction"]),
            None,
            "Probability that it is true; the page Proof shows how far to believe it.",
        )
    return (
        title,
        number(row["prediction"], 2),
        f"8 in 10 cases: {number(row['low'], 2)} to {number(row['high'], 2)}",
        None,
    )


def _why(document: Row, target: str, titles: Row) -> None:
    reasons = [row for row in document.get("reasons") or [] if row["target"] == target]
    if not reasons:
        return
    st.subheader(f"Why: {titles.get(target) or spoken(target)}", anchor=False)
    chosen = sorted(reasons, key=lambda row: row["rank"])[:SHOWN]
    st.markdown("\n".join(f"{row['rank']}. {show.plain_text(row['sentence'])}" for row in chosen))
