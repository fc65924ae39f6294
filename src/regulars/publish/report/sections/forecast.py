"""Revenue ahead: month by month, whose it is, and within which bounds."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

WHOLE = "all"
PARTS = {
    "existing": "Customers of today",
    "new": "Customers yet to come",
    "untracked": "No customer named",
    WHOLE: "Expected",
}
"""Whose revenue it is, in the order it is stacked."""
EARLIER = 12
"""So many months that came in are shown before those ahead."""


def forecast(material: Material) -> Row:
    """Return the months ahead with their parts and bounds, and the last months that came in to compare with."""
    found = material.rows("forecast")
    known = [row for row in found if row["expected_revenue"] is not None]
    section: Row = {"missing": None, "sentence": "", "note": None, "rows": [], "earlier": []}
    if not found:
        return section | {"missing": "This release holds no forecast by month."}
    if not known:
        return section | {
            "missing": next((note for row in found if (note := row.get("note"))), "No forecast.")
        }
    months = groupby(sorted(known, key=itemgetter("month")), key=itemgetter("month"))
    section["rows"] = [_month(month[:10], list(rows)) for month, rows in months]
    section["earlier"] = [
        {name: row[name] for name in ("month", "is_complete", "revenue")}
        for row in material.rows("revenue_by_month")[-EARLIER:]
    ]
    section["sentence"] = _sentence(section["rows"], material)
    section["note"] = _note(known)
    return section


def _month(month: str, rows: list[Row]) -> Row:
    """Put the parts of a month together; where no row is the whole, its bounds are the sums of the parts' bounds."""
    by_part = {row["part"]: row for row in rows}
    parts = [row for row in rows if row["part"] != WHOLE] or rows
    parts.sort(
        key=lambda row: (list(PARTS).index(row["part"]) if row["part"] in PARTS else len(PARTS), row["part"])
    )
    whole = by_part.get(WHOLE) or {
        name: sum(row[name] for row in parts) if all(row[name] is not None for row in parts) else None
        for name in ("expected_revenue", "low", "high")
    }
    starts_on = rows[0].get("starts_on") or month
    return {
        "month": month,
        "starts_on": starts_on[:10],
        "expected_revenue": whole["expected_revenue"],
        "low": whole["low"],
        "high": whole["high"],
        "parts": [{name: row[name] for name in ("part", "expected_revenue", "low", "high")} for row in parts],
    }  # fmt: skip


def _note(known: list[Row]) -> str | None:
    """Return what the forecast of the first whole month rests on."""
    notes = [row for row in known if row.get("note")]
    notes.sort(
        key=lambda row: (row["part"] != WHOLE, row.get("horizon_months") != 1, row["month"], row["part"])
    )
    return notes[0]["note"] if notes else None


def _sentence(rows: list[Row], material: Material) -> str:
    money = material.currency.text
    row = next((row for row in rows if row["starts_on"].endswith("-01")), rows[0])
    begins = (
        phrases.month(row["month"])
        if row["starts_on"].endswith("-01")
        else f"The rest of {phrases.month(row['month'])}"
    )
    sentence = f"{begins} is expected to bring {money(row['expected_revenue'])}"
    if row["low"] is not None and row["high"] is not None:
        sentence += f", eight times in ten between {money(row['low'])} and {money(row['high'])}"
    fresh = next((part["expected_revenue"] for part in row["parts"] if part["part"] == "new"), None)
    if fresh:
        sentence += f"; {money(fresh)} of it from customers yet to come"
    return sentence + "."
