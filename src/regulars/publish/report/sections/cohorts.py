"""Who comes back: customers by the month of their first order, followed month by month."""

from __future__ import annotations

from collections import defaultdict

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

SHOWN = (
    "cohort_month", "period", "is_complete", "cohort_size", "n_customers", "retention_rate", "revenue",
    "revenue_retention",
)  # fmt: skip
MOST = 36
"""So many of the latest cohorts are drawn; more would not be legible."""


def cohorts(material: Material) -> Row:
    """Return the grid of cohorts, and how many come back on average, by months since the first order."""
    cells = [{name: row[name] for name in SHOWN} for row in material.rows("cohorts")]
    months = sorted({cell["cohort_month"] for cell in cells})
    followed = [cell for cell in cells if cell["period"] > 0 and cell["is_complete"]]
    section: Row = {
        "missing": None,
        "sentence": "",
        "n_left_out": max(len(months) - MOST, 0),
        "rows": [],
        "average": [],
    }
    if len(months) < 2 or not followed:
        missing = (
            "Who comes back needs first orders in at least two months, and a complete month after the first."
        )
        return section | {"missing": missing}
    shown = set(months[-MOST:])
    section["rows"] = [cell for cell in cells if cell["cohort_month"] in shown]
    section["average"] = _average(followed)
    rates = {row["period"]: row["retention_rate"] for row in section["average"]}
    if 1 in rates:
        section["sentence"] = (
            f"Of customers who order for the first time, {phrases.percent(rates[1])} order again in the following month"
            + (f", and {phrases.percent(rates[12])} in the same month a year later." if 12 in rates else ".")
        )
    return section


def _average(cells: list[Row]) -> list[Row]:
    """Pool complete months: customers who ordered ÷ customers who could have, by months since the first order."""
    active: dict[int, int] = defaultdict(int)
    size: dict[int, int] = defaultdict(int)
    for cell in cells:
        active[cell["period"]] += cell["n_customers"]
        size[cell["period"]] += cell["cohort_size"]
    return [
        {"period": period, "n_customers": size[period], "retention_rate": active[period] / size[period]}
        for period in sorted(active)
    ]
