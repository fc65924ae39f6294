"""How much hangs on how few: shares of revenue by shares of customers, and the Gini coefficient."""

from __future__ import annotations

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

SHOWN = ("top_pct", "n_customers", "revenue", "revenue_share", "lowest_revenue")
FEWEST = 5


def concentration(material: Material) -> Row:
    """Return the curve from the biggest customers down, and what the biggest tenth and fifth bring."""
    points = [{name: row[name] for name in SHOWN} for row in material.rows("concentration")]
    section: Row = {"missing": None, "sentence": "", "gini": None, "rows": points}
    if not points or points[-1]["n_customers"] < FEWEST or points[-1]["revenue_share"] is None:
        missing = (
            f"Fewer than {FEWEST} customers have brought revenue, so there is no concentration to speak of."
        )
        return section | {"missing": missing, "rows": []}
    tenth, fifth = points[10], points[20]
    half = next(point for point in points if point["revenue_share"] >= 0.5)
    gini = next((row["value"] for row in material.rows("shop_facts") if row["fact"] == "gini"), None)
    section["gini"] = gini
    section["sentence"] = (
        f"The biggest tenth ({phrases.count(tenth['n_customers'], 'customer')}) bring "
        f"{phrases.percent(tenth['revenue_share'])} of revenue, the biggest fifth {phrases.percent(fifth['revenue_share'])}; "
        f"half of it hangs on at most {phrases.count(half['n_customers'], 'customer')}."
    )
    if gini is not None:
        section["sentence"] += f" The Gini coefficient is {phrases.number(gini, 2)}."
    return section
