"""What is likely to happen: who may not come back, what is at stake with them, when they order next, what will come in."""

from __future__ import annotations

from regulars.publish.report.sections.forecast import forecast
from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

LISTED = 15
"""So many customers with the most to lose are listed."""
WINDOWS = {
    "active": "within 30 days",
    "warming": "in 31 to 90 days",
    "dormant": "later than in 90 days, or never",
}
"""The windows of the next order, in order, counted from the cut-off."""
TIERS = {
    "established": "a history of their own to go by",
    "emerging": "the beginning of a rhythm",
    "cold start": "one order, so they are judged by customers like them",
    "new": "so new that nearly all is taken from others",
}
NO_RISK = (
    "Who may not come back is not predicted in this release; why is said where the predictions are judged."
)


def has_outlook(material: Material) -> bool:
    """Return whether the release says anything about what comes."""
    return material.has("predictions") or material.has("forecast")


def outlook(material: Material) -> Row:
    """Return risk in bands with money, the customers with the most to lose, when orders are due, and revenue ahead.

    Time        at or after the cut-off, as predicted from what lay before it
    Null means  it could not be predicted
    """
    section: Row = {
        "missing": None, "sentence": "", "notes": [], "horizon_days": material.reader.manifest.horizon.days, "totals": None,
        "bands": [], "customers": [], "windows": [], "tiers": [], "forecast": forecast(material),
    }  # fmt: skip
    totals = material.ask("outlook")[0] if material.has("predictions") else {"n_customers": 0}
    if not totals["n_customers"]:
        if section["forecast"]["rows"]:
            return section
        return section | {"missing": "There is nobody yet whose next steps could be predicted."}
    section["horizon_days"] = totals.pop("horizon_days") or section["horizon_days"]
    section["totals"] = totals
    section["bands"] = _bands(material, totals, section["horizon_days"])
    section["customers"] = _customers(material)
    section["windows"] = _windows(material, totals)
    section["tiers"] = _tiers(material, totals)
    section["sentence"] = _sentence(material, totals, section["horizon_days"])
    section["notes"] = [] if totals["n_with_risk"] else [NO_RISK]
    return section


def _sentence(material: Material, totals: Row, days: int) -> str:
    money, sentences = material.currency.text, []
    horizon = phrases.count(days, "day")
    if totals["n_with_risk"]:
        sentences.append(
            f"Of {phrases.count(totals['n_with_risk'], 'customer')}, {phrases.number(totals['expected_leavers'])} are expected not "
            f"to order in the next {horizon}; {phrases.number(totals['n_likely_leavers'])} are more likely not to order than to."
        )
    if totals["n_with_value"]:
        sentences.append(
            f"Known customers are expected to bring {money(totals['expected_revenue'])} in these {horizon}."
        )
    if totals["revenue_at_risk"]:
        n = totals["n_for_half"]
        sentences.append(
            f"{money(totals['revenue_at_risk'])} more is at risk: what would come on top if nobody stayed away. Half of it "
            f"lies with {phrases.count(n, 'customer')}."
        )
    return " ".join(sentences)


def _bands(material: Material, totals: Row, days: int) -> list[Row]:
    horizon, whole = phrases.count(days, "day"), totals["revenue_at_risk"]
    return [
        {
            "band": row["risk_band"],
            "meaning": f"{_range(row)} likely not to order within {horizon}",
            "n_customers": row["n_customers"],
            "customer_share": row["n_customers"] / totals["n_with_risk"],
            "p_low": row["p_low"],
            "p_high": row["p_high"],
            "expected_leavers": row["expected_leavers"],
            "expected_revenue": row["expected_revenue"],
            "revenue_at_risk": row["revenue_at_risk"],
            "risk_share": row["revenue_at_risk"] / whole if whole and row["revenue_at_risk"] is not None else None,
        }
        for row in material.ask("risk_bands")
    ]  # fmt: skip


def _range(row: Row) -> str:
    low, high = phrases.percent(row["p_low"]), phrases.percent(row["p_high"])
    return low if low == high else f"{low} to {high}"


def _windows(material: Material, totals: Row) -> list[Row]:
    found = {row["next_purchase_window"]: row for row in material.ask("purchase_windows")}
    return [
        {
            "window": name,
            "meaning": WINDOWS.get(name, ""),
            "n_customers": found[name]["n_customers"],
            "customer_share": found[name]["n_customers"] / totals["n_customers"],
            "expected_revenue": found[name]["expected_revenue"],
        }
        for name in _ordered(found, WINDOWS)
    ]


def _tiers(material: Material, totals: Row) -> list[Row]:
    found = {row["confidence_tier"]: row for row in material.ask("confidence_tiers")}
    return [
        {
            "tier": name,
            "meaning": TIERS.get(name.replace("_", " "), ""),
            "n_customers": found[name]["n_customers"],
            "customer_share": found[name]["n_customers"] / totals["n_customers"],
            "expected_revenue": found[name]["expected_revenue"],
        }
        for name in _ordered(found, TIERS)
    ]


def _ordered(found: Row, known: dict[str, str]) -> list[str]:
    """Sort names as they are known, others behind them."""
    order = list(known)
    return sorted(
        found,
        key=lambda name: (
            order.index(spelled) if (spelled := name.replace("_", " ")) in order else len(order),
            name,
        ),
    )


def _customers(material: Material) -> list[Row]:
    rows = material.ask("customers_at_risk", n=LISTED)
    reasons: dict[str, str] = {}
    if rows and material.has("reasons"):
        ids = [row["customer_id"] for row in rows]
        reasons = {
            row["customer_id"]: row["sentence"] for row in material.ask("first_reasons", customers=ids)
        }
    return [
        row | {"next_order_on": row["next_order_on"] and row["next_order_on"][:10], "reason": reasons.get(row["customer_id"])}
        for row in rows
    ]  # fmt: skip
