"""The rows behind what is said of one customer."""

from __future__ import annotations

from typing import Any

import streamlit as st

from regulars.app import links, show
from regulars.app.source import Release, Row
from regulars.terms.phrases import spoken

TABLES = {
    "orders": "Orders", "order_lines": "Order lines", "returns": "Returns", "backtest_predictions": "Predictions at past cut-offs",
    "target_predictions": "All predictions", "campaigns": "Campaigns", "finding_customers": "Findings",
}  # fmt: skip
IN_THE_DOCUMENT = {"features": "Features", "predictions": "Prediction", "segments": "Segments"}
"""Tables with one row per customer, shown as a list of figures: as of now where newer orders came in."""


def draw_behind(release: Release, document: Row) -> None:
    """Draw one table of the customer at a time."""
    show.part("The rows behind")
    names = {name: label for name, label in TABLES.items() if release.has(name)}
    names |= {name: label for name, label in IN_THE_DOCUMENT.items() if document.get(name)}
    if not names:
        return
    chosen = links.choose(st, "Table", names, "rows", lambda name: names[name])
    if chosen in IN_THE_DOCUMENT:
        _one_row(release, chosen, document[chosen])
        return
    rows = release.rows_of(chosen, document["customer_id"])
    if chosen == "orders":
        rows = [{**one, "is_newer_than_release": ""} for one in rows]
        rows += [{**one, "is_newer_than_release": "yes"} for one in document["live_orders"]]
    if not rows:
        show.nothing(f"{names[chosen]}: none for this customer.")
        return
    spec = release.reader.spec(chosen)
    kinds = {
        column.name: (spoken(column.name), _kind(column.type))
        for column in spec
        if column.name != "customer_id" and any(row.get(column.name) is not None for row in rows)
    }
    if any(row.get("is_newer_than_release") for row in rows):
        kinds = {"is_newer_than_release": ("Newer than the release", "text")} | kinds
    show.table(rows, kinds, key=f"rows-{chosen}", currency=release.currency, says=spec.grain)


def _one_row(release: Release, table: str, row: Row) -> None:
    """Draw a row as a list: what each figure is called, how much, and what it means."""
    spec = release.reader.spec(table)
    figures = [
        {"figure": spoken(column.name), "value": _written(row[column.name]), "unit": column.unit, "meaning": column.sentence}
        for column in spec
        if row.get(column.name) is not None
    ]  # fmt: skip
    show.table(
        figures, key=f"rows-{table}", says=spec.grain,
        kinds={"figure": ("Figure", "text"), "value": ("Value", "text"), "unit": ("Unit", "text"), "meaning": ("Meaning", "text")},
    )  # fmt: skip


def _written(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) and not value.is_integer() else str(value)


def _kind(type_name: str) -> str:
    if type_name.startswith("DECIMAL") or type_name == "DOUBLE":
        return "number"
    return {
        "TIMESTAMP": "time",
        "DATE": "day",
        "INTEGER": "count",
        "BIGINT": "count",
        "TINYINT": "count",
    }.get(type_name, "text")
