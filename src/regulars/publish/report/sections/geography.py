"""Where they are: customers, orders and revenue by country."""

from __future__ import annotations

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

SHOWN = ("country", "n_customers", "n_orders", "gross_revenue", "sales_share", "revenue", "mean_order_value")
UNKNOWN = "unknown"
MOST = 60
"""So many countries are listed."""


def geography(material: Material) -> Row:
    """Return countries by net revenue, the biggest first."""
    rows = [{name: row[name] for name in SHOWN} for row in material.rows("geography")]
    rows.sort(key=lambda row: (-row["revenue"], row["country"]))
    known = [row for row in rows if row["country"] != UNKNOWN]
    section: Row = {
        "missing": None,
        "sentence": "",
        "rows": rows[:MOST],
        "n_left_out": max(len(rows) - MOST, 0),
    }
    if not known:
        return section | {"missing": "The source names no countries.", "rows": [], "n_left_out": 0}
    home = known[0]
    if len(known) == 1:
        section["sentence"] = f"All sales with a country come from {home['country']}."
    elif home["sales_share"] is not None:
        section["sentence"] = (
            f"{home['country']} brings {phrases.percent(home['sales_share'])} of sales; "
            f"{phrases.count(len(known) - 1, 'other country', 'other countries')} bring the rest."
        )
    return section
