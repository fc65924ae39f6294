"""What matters and what it is worth: the figures on top, and sentences with money, where to look and what to do."""

from __future__ import annotations

from regulars.publish.report.sections.material import Material, Row
from regulars.publish.report.words import label
from regulars.terms import phrases

BEST_PCT = 20
FEWEST = 5
"""With fewer customers, "the best fifth" is a person, not a group."""
RETURNS_MATTER = 0.03


def key_figures(material: Material, summary: Row) -> list[Row]:
    """Return the figures on top of the page."""
    if summary["release"]["without_orders"] and material.rows("rating_summary"):
        return _rated(material, summary)
    if summary["release"]["without_orders"]:
        return [
            _figure(
                "customers_described", material.reader.manifest.tables["customers"].rows, "customers", None
            ),
            _figure("data_score", summary["data_health"]["score"], "score", "of 100"),
        ]
    facts, months = summary["facts"], summary["revenue"]["rows"]
    known = {name: fact["value"] for name, fact in facts.items()}
    figures = [
        _figure("revenue", known.get("revenue", 0), "currency", _year(facts)),
        _figure("n_customers", known.get("n_customers", 0), "customers", _came_back(known)),
        _figure("n_orders", known.get("n_orders", 0), "orders", None),
        _figure("revenue_per_customer", known.get("revenue_per_customer"), "currency", None),
        _figure("untracked_share", known.get("untracked_revenue_share"), "share", None),
        _figure("data_score", summary["data_health"]["score"], "score", "of 100"),
    ]
    if months and known.get("mean_order_value") is not None:
        figures[2]["note"] = f"{material.currency.text(known['mean_order_value'])} each"
    return [figure for figure in figures if figure["value"] is not None]


def _rated(material: Material, summary: Row) -> list[Row]:
    """Return the figures on top of the page of a shop of ratings alone."""
    found = material.rows("rating_summary")[0]
    scale = f"between {found['lowest']:g} and {found['highest']:g}"
    return [
        _figure("n_ratings", found["n_ratings"], "ratings", None),
        _figure("customers_who_rated", found["n_customers"], "customers", None),
        _figure("products_rated", found["n_products"], "products", None),
        _figure("mean_rating", found["mean_rating"], "rating", scale),
        _figure("data_score", summary["data_health"]["score"], "score", "of 100"),
    ]


def _figure(name: str, value: float | None, unit: str, note: str | None) -> Row:
    return {"figure": name, "label": label(name), "value": value, "unit": unit, "note": note}


def _year(facts: dict[str, Row]) -> str | None:
    change = facts.get("year_over_year", {}).get("value")
    if change is None:
        return None
    sign = "+" if change > 0 else ""
    return f"{sign}{phrases.percent(change, 1)} year on year"


def _came_back(known: Row) -> str | None:
    rate = known.get("repeat_rate")
    return None if rate is None else f"{phrases.percent(rate)} came back"


def headlines(material: Material, summary: Row, extra: Row) -> list[Row]:
    """Return what matters, each with its money, what that money is, what to do and the section to look at."""
    if summary["release"]["without_orders"]:
        return []
    found = [
        _at_risk(summary, material),
        _best(summary),
        _overdue(extra, material),
        _one_time(summary, extra),
        _untracked(summary, material),
        _returns(summary, material),
        _never_ordered(summary),
        _data(summary, material),
    ]
    return [headline | {"money": round(headline["money"], 4)} for headline in found if headline]


def _at_risk(summary: Row, material: Material) -> Row | None:
    totals = (summary.get("outlook") or {}).get("totals") or {}
    money = totals.get("revenue_at_risk")
    if not money or money <= 0:
        return None
    n, days = totals["n_for_half"], phrases.count(summary["outlook"]["horizon_days"], "day")
    return {
        "key": "revenue_at_risk",
        "sentence": f"{material.currency.text(money)} is at risk: {phrases.number(totals['expected_leavers'])} of "
        f"{phrases.count(totals['n_with_risk'], 'customer')} are expected not to order.",
        "money": money,
        "worth": f"in the next {days}",
        "action": f"Half of it lies with {phrases.count(n, 'customer')}; begin at the top of the list.",
        "section": "outlook",
    }


def _best(summary: Row) -> Row | None:
    section = summary["concentration"]
    if section["missing"] or section["rows"][-1]["n_customers"] < FEWEST:
        return None
    best = section["rows"][BEST_PCT]
    return {
        "key": "best_customers",
        "sentence": f"Your {phrases.count(best['n_customers'], 'best customer')} bring "
        f"{phrases.percent(best['revenue_share'])} of what known customers spent.",
        "money": best["revenue"],
        "worth": "net revenue to date",
        "action": "Know who they are, thank them, and notice when one of them goes quiet.",
        "section": "concentration",
    }


def _overdue(extra: Row, material: Material) -> Row | None:
    n, money = extra["n_overdue"], extra["overdue_revenue"]
    if not n:
        return None
    slipping, worth = phrases.number(extra["n_slipping"]), material.currency.text(extra["slipping_revenue"])
    action = (
        f"Begin with the {slipping} who are slipping: late, not long gone, and {worth} of it."
        if extra["n_slipping"]
        else "They are long overdue: win back those who were worth it, leave the rest in peace."
    )
    return {
        "key": "overdue",
        "sentence": f"{material.currency.text(money)} of the last year's revenue comes from {phrases.count(n, 'customer')} who "
        f"{'is' if n == 1 else 'are'} now overdue.",
        "money": money,
        "worth": "net revenue, last 365 days",
        "action": action,
        "section": "segments",
    }


def _one_time(summary: Row, extra: Row) -> Row | None:
    fact = summary["facts"].get("one_time_share", {})
    if not fact.get("value"):
        return None
    wait = summary["facts"].get("median_days_to_second_order", {}).get("value")
    action = "Win the second order"
    action += (
        f" early: half of those who came back did so within {phrases.count(wait, 'day')}."
        if wait is not None
        else "."
    )
    n = extra["n_one_time"]
    return {
        "key": "one_time_buyers",
        "sentence": f"{phrases.count(n, 'customer')} ({phrases.percent(fact['value'])}) {'has' if n == 1 else 'have'} "
        "ordered once and not come back yet.",
        "money": extra["one_time_revenue"],
        "worth": "net revenue to date",
        "action": action,
        "section": "cohorts",
    }


def _untracked(summary: Row, material: Material) -> Row | None:
    share = summary["facts"].get("untracked_revenue_share", {}).get("value")
    if not share:
        return None
    money = sum(row["untracked_revenue"] for row in summary["revenue"]["rows"])
    return {
        "key": "untracked_revenue",
        "sentence": f"{phrases.percent(share, 1)} of sales name no customer: {material.currency.text(money)} that nobody can be "
        "thanked for.",
        "money": money,
        "worth": "net revenue to date",
        "action": "Ask for an address or a customer number at the checkout.",
        "section": "revenue",
    }


def _returns(summary: Row, material: Material) -> Row | None:
    share = summary["facts"].get("return_share", {}).get("value")
    if not share or share < RETURNS_MATTER:
        return None
    money = sum(row["return_value"] for row in summary["revenue"]["rows"])
    return {
        "key": "returns",
        "sentence": f"{phrases.percent(share, 1)} of what was sold was given back: {material.currency.text(money)}.",
        "money": money,
        "worth": "given back to date",
        "action": "All figures here are net of it; see the months in which it happened.",
        "section": "revenue",
    }


def _never_ordered(summary: Row) -> Row | None:
    fact = summary["facts"].get("activation_rate", {})
    if fact.get("value") is None or fact["value"] == 1:
        return None
    return {
        "key": "never_ordered",
        "sentence": f"{phrases.percent(1 - fact['value'])} of registered customers have never ordered.",
        "money": 0.0,
        "worth": "from them so far",
        "action": fact["sentence"] + " Help the others with the first order.",
        "section": "segments",
    }


def _data(summary: Row, material: Material) -> Row | None:
    health = summary["data_health"]
    grave = (row for row in health["audits"] if row["severity"] in ("stop", "warning"))
    # What has a sentence of its own above is not said twice.
    worst = next((row for row in grave if row["audit"] != "untracked_revenue"), None)
    if worst is None:
        return None
    money = material.currency.text(abs(worst["money"]))
    sentence = f"The gravest finding in the data touches {money}."
    if health["score"] is not None:
        sentence = f"The data scores {health['score']} of 100; the gravest finding touches {money}."
    return {
        "key": "data",
        "sentence": sentence,
        "money": worst["money"],
        "worth": "on these rows",
        "action": worst["hint"] or worst["sentence"],
        "section": "data_health",
    }
