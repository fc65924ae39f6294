"""How customers differ: the spread of a few measures, in ranges that grow so that long tails can be seen."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

MEASURES = {
    "revenue_to_date": ("Net revenue per customer", "customer", "currency"),
    "n_orders": ("Orders per customer", "customer", "orders"),
    "order_value": ("Order value", "order", "currency"),
    "days_since_last_order": ("Days since the last order", "customer", "days"),
}
"""What is shown, in this order: title, what is counted, unit."""


def distributions(material: Material) -> Row:
    """Return each measure's ranges with how many lie in them; few rows, whatever the number of customers."""
    found = {
        measure: list(rows)
        for measure, rows in groupby(material.rows("distributions"), key=itemgetter("measure"))
    }
    rows = [_spread(material, measure, found[measure]) for measure in MEASURES if found.get(measure)]
    missing = None if rows else "There is no order before the cut-off, so there is nothing to compare."
    return {"missing": missing, "rows": rows}


def _spread(material: Material, measure: str, bins: list[Row]) -> Row:
    title, noun, unit = MEASURES[measure]
    ranges = [
        {"label": _range(material, unit, row), **{name: row[name] for name in ("low", "high", "n", "share")}}
        for row in bins
    ]
    most = max(ranges, key=lambda row: row["n"])
    ending = "" if unit == "currency" else f" {unit.removesuffix('s') if most['label'] == '1' else unit}"
    sentence = f"The largest group is {phrases.percent(most['share'])} of {noun}s: {most['label']}{ending}."
    return {
        "measure": measure,
        "title": title,
        "noun": noun,
        "unit": unit,
        "sentence": sentence,
        "bins": ranges,
    }


def _range(material: Material, unit: str, row: Row) -> str:
    """Write a half-open range for people: whole numbers end before the next begins."""
    low, high = row["low"], row["high"]
    if unit == "currency":
        write = material.currency.text
        if low is None:
            return f"below {write(high)}"
        return f"{write(low)} and more" if high is None else f"{write(low)} to {write(high)}"
    if low is None:
        return f"below {high:,.0f}"
    if high is None:
        return f"{low:,.0f} and more"
    return f"{low:,.0f}" if high - low == 1 else f"{low:,.0f} to {high - 1:,.0f}"
