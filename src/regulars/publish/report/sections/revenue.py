"""Revenue by month: what came in, from whom it is known, where it tends, and what season does."""

from __future__ import annotations

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

SHOWN = (
    "month", "is_complete", "revenue", "gross_revenue", "return_value", "tracked_revenue", "untracked_revenue",
    "untracked_share", "n_orders", "n_customers", "n_new_customers",
)  # fmt: skip


def revenue(material: Material) -> Row:
    """Return the months with their trend and season, and in sentences what to see."""
    parts = {row["month"]: row for row in material.rows("revenue_trend")}
    months = [
        {name: row[name] for name in SHOWN}
        | {name: parts.get(row["month"], {}).get(name) for name in ("trend", "season")}
        for row in material.rows("revenue_by_month")
    ]
    section: Row = {"missing": None, "sentence": "", "notes": [], "rows": months}
    if not months:
        return section | {"missing": "There is no order before the cut-off, so there is no revenue to show."}
    facts = {row["fact"]: row["sentence"] for row in material.rows("shop_facts")}
    money = material.currency.text
    if len(months) == 1:
        only = months[0]
        return section | {
            "sentence": f"One month so far: {phrases.month(only['month'])} with {money(only['revenue'])}. "
            "A trend needs four complete months, a season two years."
        }
    whole = [row for row in months if row["is_complete"]] or months
    best = max(whole, key=lambda row: row["revenue"])
    sentences = [
        f"The strongest month was {phrases.month(best['month'])} with {money(best['revenue'])}.",
        facts.get("year_over_year"),
    ]
    if partial := [phrases.month(row["month"]) for row in months if not row["is_complete"]]:
        sentences.append(f"{phrases.listed(partial)} {'is' if len(partial) == 1 else 'are'} not complete.")
    section["sentence"] = " ".join(filter(None, sentences))
    section["notes"] = [facts[name] for name in ("revenue_trend", "season_strength") if name in facts]
    return section
