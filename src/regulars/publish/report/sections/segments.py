"""Customers and segments: who they are, what they are worth, what to do."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from regulars.publish.report.sections.material import Material, Row
from regulars.publish.report.words import label
from regulars.terms import phrases

SHOWN = (
    "segment", "rule", "action", "stake", "n_customers", "customer_share", "revenue", "revenue_share",
    "revenue_last_365d",
)  # fmt: skip
PROFILE = (
    ("median_revenue", "currency", 0),
    ("median_n_orders", "orders", 0),
    ("median_days_since_last_order", "days", 0),
    ("median_days_between_orders", "days", 0),
    ("median_order_value", "currency", 0),
    ("mean_n_products", "products", 0),
    ("one_time_share", "share", 0),
    ("return_share", "share", 1),
    ("median_days_since_first_order", "days", 0),
)
"""What a segment's typical customer looks like: column, unit, decimals."""


def segments(material: Material) -> Row:
    """Return segments with rule, action, money, profile and their ten biggest customers; and lifecycle stages."""
    profiles = material.rows("segment_profiles")
    by_segment = [row for row in profiles if row["segmentation"] == "segment"]
    stages = [row for row in profiles if row["segmentation"] == "lifecycle_stage"]
    filled = [row for row in by_segment if row["n_customers"]]
    section: Row = {"missing": None, "sentence": "", "rows": [], "empty": [], "stages": []}
    if not filled:
        return section | {"missing": "No order names a customer, so there is nobody to group yet."}
    biggest = {
        segment: list(rows)
        for segment, rows in groupby(material.ask("top_customers"), key=itemgetter("segment"))
    }
    section["rows"] = [
        {name: row[name] for name in SHOWN}
        | {"profile": _profile(row), "customers": [_customer(who) for who in biggest.get(row["segment"], [])]}
        for row in sorted(filled, key=itemgetter("place"))
    ]
    section["empty"] = [
        {"segment": row["segment"], "rule": row["rule"]} for row in by_segment if not row["n_customers"]
    ]
    section["stages"] = [
        {name: row[name] for name in SHOWN}
        for row in sorted(stages, key=itemgetter("place"))
        if row["n_customers"]
    ]
    section["sentence"] = _sentence(section["rows"])
    return section


def _sentence(rows: list[Row]) -> str:
    most = max(rows, key=lambda row: (row["revenue"], row["n_customers"]))
    share = most["revenue_share"]
    if share is None or len(rows) == 1:
        return f"All customers are in one segment: {rows[0]['segment']}." if len(rows) == 1 else ""
    return (
        f"{most['segment']} are {phrases.percent(most['customer_share'])} of customers and bring "
        f"{phrases.percent(share)} of their revenue."
    )


def _profile(row: Row) -> list[Row]:
    return [
        {"figure": name, "label": label(name), "value": row[name], "unit": unit, "decimals": decimals}
        for name, unit, decimals in PROFILE
    ]


def _customer(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"segment", "place"}}
