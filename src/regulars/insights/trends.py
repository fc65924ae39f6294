"""Categories and products whose share of sales rises or falls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from regulars.insights.finding import Behind, Claim, Finding, Search, silent
from regulars.insights.ground import Ground, text
from regulars.insights.trend import (
    METHOD,
    Trend,
    early_words,
    month_after,
    season_words,
    too_little,
    trend,
)
from regulars.terms import phrases

MOSTLY_SOLD = 0.8
"""What was sold in fewer of the months has begun or ended, which is no trend."""


def category_trends(ground: Ground, months: list[dict[str, Any]]) -> Search:
    """Look for categories whose share of sales rises or falls."""
    return _share_trends(ground, months, "category_trend", "category_series", ground.settings.most_categories)


def product_trends(ground: Ground, months: list[dict[str, Any]]) -> Search:
    """Look for products whose share of sales rises or falls."""
    return _share_trends(ground, months, "product_trend", "product_series", ground.settings.most_products)


def prepare(ground: Ground) -> list[dict[str, Any]]:
    """Make ``insight_product_months`` and ``insight_categories``, and return the complete months that are looked at."""
    engine, history = ground.history.engine, ground.history
    months = ground.rows("shop_months")[-ground.settings.trend_months :]
    history.need("order_lines", "products")
    start = months[0]["month"] if months else ground.end
    end = month_after(months[-1]["month"]) if months else ground.end
    period = {"period_start": start, "period_end": end}
    engine.create("insight_product_months", ground.query("product_months"), period, temporary=True)
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE insight_categories AS "  # noqa: S608
        f"SELECT product_id, category FROM {_categories(ground)} WHERE category IS NOT NULL"
    )
    return months


def _categories(ground: Ground) -> str:
    """Return where products have their categories from: learned ones where there are any, else those of the data."""
    if "product_categories" in ground.history.engine.tables():
        return "(SELECT product_id, category FROM product_categories WHERE source <> 'none') AS told"
    return "history_products"


def _share_trends(ground: Ground, months: list[dict[str, Any]], kind: str, series: str, most: int) -> Search:
    if why := too_little(months, ground.settings.fewest_orders):
        return silent(kind, METHOD, why)
    engine = ground.history.engine
    sold = {
        row["month"]: row["revenue"]
        for row in engine.rows(
            "SELECT month, CAST(sum(revenue) AS DOUBLE) AS revenue FROM insight_product_months GROUP BY month"
        )
    }
    calendar = [row["month"] for row in months]
    if any(sold.get(month, 0) <= 0 for month in calendar):
        return silent(kind, METHOD, "there are months in which no product was sold")
    of: dict[str, dict[str, Any]] = {}
    for row in ground.rows(series, most=most):
        one = of.setdefault(row["subject"], {**row, "by_month": {}})
        one["by_month"][row["month"]] = row["revenue"]
    found = []
    for one in of.values():
        by_month = one["by_month"]
        if len(by_month) >= MOSTLY_SOLD * len(calendar) and max(by_month) >= calendar[-2]:
            revenue = [by_month.get(month, 0.0) for month in calendar]
            found.append((one, trend(calendar, revenue, [sold[month] for month in calendar])))
    if len(of) < 2 or not found:
        nouns = "categories" if kind == "category_trend" else "products"
        return silent(kind, METHOD, f"fewer than two {nouns} are known that sold in most months")

    def findings(p_adjusted: Sequence[float]) -> list[Finding]:
        said = []
        for (one, moved), p in zip(found, p_adjusted, strict=True):
            rate = ground.settings.false_discovery_rate
            if p <= rate and moved.holds(rate):
                said.append(_share_finding(ground, kind, one, moved, p))
        return said

    return Search(kind, METHOD, findings, [moved.p_value for _, moved in found])


def _share_finding(ground: Ground, kind: str, one: dict[str, Any], moved: Trend, p: float) -> Finding:
    start, end = moved.late_months[0], month_after(moved.late_months[-1])
    rises, ids, money = moved.slope > 0, one["product_ids"], moved.gain
    verb = ("rises" if rises else "falls") if kind == "category_trend" else "rise" if rises else "fall"
    sentence = (
        f"{'The category' if kind == 'category_trend' else 'Sales of'} {one['name']} {verb}: "
        f"{phrases.percent(moved.after, 2)} of all product sales since {phrases.month(start)} "
        f"({ground.money(sum(moved.over[-moved.half :]))}), {phrases.percent(moved.before, 2)} {early_words(moved)}; that is "
        f"{ground.money(abs(money))} {'more' if rises else 'less'} than at the earlier share.{season_words(moved)}"
    )
    product_rows = (
        f"SELECT * FROM order_lines WHERE product_id = {text(one['subject'])} AND ordered_at >= '{moved.months[0]}' "  # noqa: S608
        f"AND ordered_at < '{end}' ORDER BY ordered_at, order_id, order_line"
    )
    told_by = "product_categories" if "product_categories" in ground.history.engine.tables() else "products"
    category_rows = (
        f"SELECT order_lines.* FROM order_lines JOIN {told_by} AS told USING (product_id) "  # noqa: S608
        f"WHERE told.category = {text(one['subject'])} AND ordered_at >= '{moved.months[0]}' AND ordered_at < '{end}' "
        "ORDER BY ordered_at, order_id, order_line"
    )
    return Finding(
        kind=kind,
        subject=one["subject"],
        sentence=sentence,
        money=money,
        money_meaning=f"{'gained' if rises else 'lost'} against the earlier share, since {phrases.month(start)}",
        period_start=start,
        period_end=end,
        n_customers=_buyers(ground, ids, start, end),
        audience=f"known customers who bought it since {phrases.month(start)}",
        action=(
            "See that it does not run out, and show it to those who buy alike."
            if rises
            else "Ask why: price, stock, a rival or fashion; and whether its buyers leave or buy something else."
        ),
        effort="medium",
        act_when="next",
        mood="good" if rises else "bad",
        claim=Claim("past", start, end, products=frozenset(ids)),
        rows_query=product_rows if kind == "product_trend" else category_rows,
        behind=Behind(
            ground.query("behind_products"), {"period_start": start, "period_end": end, "product_ids": ids}
        ),
        interval=(money - moved.reach, money + moved.reach),
        p_adjusted=p,
    )


def _buyers(ground: Ground, product_ids: list[str], start: date, end: date) -> int:
    behind = ground.query("behind_products")
    values = {"period_start": start, "period_end": end, "product_ids": product_ids}
    return int(
        ground.history.engine.row(f"SELECT count(*) AS n FROM ({behind.text}) AS behind", values)["n"]  # noqa: S608
    )
