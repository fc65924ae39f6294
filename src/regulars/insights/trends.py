"""What rises and falls: categories and products by their share of sales, and the shop's own figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, variance
from typing import Any

from regulars.describe.trend import median_slope
from regulars.insights.finding import Behind, Claim, Finding, Mood, Search, silent
from regulars.insights.ground import Ground, text
from regulars.terms import phrases

METHOD = (
    "Mann–Kendall test (Kendall's tau with time) over complete months, Sen's slope; with two years of months, most of them "
    "also have to have moved the same way against the same month a year earlier"
)
YEAR = 12
FEWEST_MONTHS = 8
MOSTLY_SOLD = 0.8
"""What was sold in fewer of the months has begun or ended, which is no trend."""


@dataclass(frozen=True)
class Trend:
    """How a figure moved over consecutive complete months."""

    months: tuple[date, ...]
    values: tuple[float, ...]
    p_value: float
    slope: float
    low: float
    high: float

    @property
    def half(self) -> int:
        return len(self.values) // 2

    @property
    def before(self) -> float:
        return mean(self.values[: self.half])

    @property
    def after(self) -> float:
        return mean(self.values[-self.half :])

    @property
    def change_low(self) -> float:
        """Lower end of the 95 % interval of ``after`` − ``before`` (Welch)."""
        return self.after - self.before - self._reach

    @property
    def change_high(self) -> float:
        """Upper end of it."""
        return self.after - self.before + self._reach

    @property
    def _reach(self) -> float:
        from scipy.stats import t

        parts = [variance(half) / self.half for half in (self.values[: self.half], self.values[-self.half :])]
        if sum(parts) <= 0:
            return 0.0
        degrees = sum(parts) ** 2 / sum(part**2 / (self.half - 1) for part in parts)
        return float(t.ppf(0.975, degrees)) * math.sqrt(sum(parts))

    @property
    def seasonal_signs(self) -> tuple[int, int]:
        """How many months moved the way of the slope against the same month a year earlier, of how many."""
        changes = [b - a for a, b in zip(self.values, self.values[YEAR:], strict=False)]
        return sum(change * self.slope > 0 for change in changes), len(changes)

    def is_season(self, chance: float) -> bool:
        """Whether the season may pass for the trend: same months moved either way, as by chance."""
        from scipy.stats import binom

        same, of = self.seasonal_signs
        return of >= YEAR // 2 and bool(binom.sf(same - 1, of, 0.5) > chance)


def trend(months: Sequence[date], values: Sequence[float]) -> Trend:
    """Return the Mann–Kendall test of a monthly series, and Sen's slope with its 95 % interval.

    Reference: Mann (1945), Econometrica 13, 245–259; Sen (1968), Journal of the American Statistical Association 63.

    >>> from datetime import date
    >>> found = trend([date(2026, month, 1) for month in range(1, 11)], [1, 2, 3, 4, 5, 6, 7, 8, 10, 9])
    >>> found.slope, found.p_value < 0.001
    (1.0, True)
    """
    from scipy.stats import kendalltau

    numbers = tuple(float(value) for value in values)
    slope = median_slope(numbers)
    p_value = 1.0 if len(set(numbers)) < 2 else float(kendalltau(range(len(numbers)), numbers).pvalue)
    return Trend(tuple(months), numbers, p_value, slope.per_month, slope.low, slope.high)


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
    end = _month_after(months[-1]["month"]) if months else ground.end
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
    if len(months) < FEWEST_MONTHS:
        return silent(kind, METHOD, _too_few(len(months)))
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
            shares = [by_month.get(month, 0.0) / sold[month] for month in calendar]
            found.append((one, trend(calendar, shares)))
    if len(of) < 2 or not found:
        nouns = "categories" if kind == "category_trend" else "products"
        return silent(kind, METHOD, f"fewer than two {nouns} are known that sold in most months")

    def findings(p_adjusted: Sequence[float]) -> list[Finding]:
        said = []
        for (one, moved), p in zip(found, p_adjusted, strict=True):
            rate = ground.settings.false_discovery_rate
            if p <= rate and not moved.is_season(rate):
                finding = _share_finding(ground, kind, one, moved, sold, p)
                if abs(finding.money) >= ground.least_money:
                    said.append(finding)
        return said

    return Search(kind, METHOD, findings, [moved.p_value for _, moved in found])


def _share_finding(
    ground: Ground, kind: str, one: dict[str, Any], moved: Trend, sold: dict[date, float], p: float
) -> Finding:
    late, early = moved.months[-moved.half :], moved.months[: moved.half]
    sales = sum(sold[month] for month in late)
    start, end = late[0], _month_after(late[-1])
    rises, ids = moved.slope > 0, one["product_ids"]
    revenue = sum(one["by_month"].get(month, 0.0) for month in late)
    money = (moved.after - moved.before) * sales
    verb = ("rises" if rises else "falls") if kind == "category_trend" else "rise" if rises else "fall"
    sentence = (
        f"{'The category' if kind == 'category_trend' else 'Sales of'} {one['name']} {verb}: "
        f"{phrases.percent(moved.after, 2)} of all product sales since {phrases.month(start)} ({ground.money(revenue)}), "
        f"{phrases.percent(moved.before, 2)} from {phrases.month(early[0])} to {phrases.month(early[-1])}; that is "
        f"{ground.money(abs(money))} {'more' if money > 0 else 'less'} than at the earlier share.{_season_words(moved)}"
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
        interval=(moved.change_low * sales, moved.change_high * sales),
        p_adjusted=p,
    )


def _buyers(ground: Ground, product_ids: list[str], start: date, end: date) -> int:
    behind = ground.query("behind_products")
    values = {"period_start": start, "period_end": end, "product_ids": product_ids}
    return int(
        ground.history.engine.row(f"SELECT count(*) AS n FROM ({behind.text}) AS behind", values)["n"]  # noqa: S608
    )


@dataclass(frozen=True)
class Figure:
    """A figure of the shop, month by month, and what a change of it is worth."""

    name: str
    words: str
    value: Callable[[dict[str, Any]], float | None]
    worth: Callable[[dict[str, Any]], float]
    is_share: bool
    rises: Mood
    advice: tuple[str, str]
    """When it rises, and when it falls."""


FIGURES = (
    Figure(
        "mean_order_value", "The value of an order",
        lambda month: (month["gross_revenue"] / month["n_orders"]) if month["n_orders"] else None,
        lambda month: float(month["n_orders"]), False, "good",
        ("See which products and customers carry it, and keep offering those.",
         "See what is left out of the baskets: smaller quantities, cheaper products, more discounts."),
    ),
    Figure(
        "return_share", "The share of sales that is given back",
        lambda month: (month["return_value"] / month["gross_revenue"]) if month["gross_revenue"] > 0 else None,
        lambda month: month["gross_revenue"], True, "bad",
        ("Look at the products that come back most, and at what is promised about them.",
         "Find out what made it better, and keep it."),
    ),
    Figure(
        "n_new_customers", "The number of new customers",
        lambda month: float(month["n_new_customers"]),
        lambda month: 0.0, False, "good",
        ("See where they come from, and put more there.",
         "See which way in has dried up; customers who leave are no longer replaced."),
    ),
)  # fmt: skip


def shop_trends(ground: Ground, newcomer_revenue: float) -> Search:
    """Look for figures of the whole shop that rise or fall.

    ``newcomer_revenue`` is what a new customer brings within the horizon: what the number of new customers is worth.
    """
    kind, months = "shop_trend", ground.rows("shop_months")
    months = months[-ground.settings.trend_months :]
    if len(months) < FEWEST_MONTHS:
        return silent(kind, METHOD, _too_few(len(months)))
    found = []
    for figure in FIGURES:
        known = _known_months(ground, figure, months)
        values = [figure.value(month) for month in known]
        if len(values) >= FEWEST_MONTHS and None not in values:
            worth = [
                newcomer_revenue if figure.name == "n_new_customers" else figure.worth(month)
                for month in known
            ]
            found.append(
                (figure, worth, trend([m["month"] for m in known], [v for v in values if v is not None]))
            )

    def findings(p_adjusted: Sequence[float]) -> list[Finding]:
        rate = ground.settings.false_discovery_rate
        said = [
            _figure_finding(ground, figure, moved, worth, p)
            for (figure, worth, moved), p in zip(found, p_adjusted, strict=True)
            if p <= rate and not moved.is_season(rate)
        ]
        return [finding for finding in said if abs(finding.money) >= ground.least_money]

    return Search(kind, METHOD, findings, [moved.p_value for _, _, moved in found])


def _known_months(ground: Ground, figure: Figure, months: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the months in which a figure means something: who is new cannot be known when the data begins."""
    if figure.name != "n_new_customers":
        return months
    from_then_on = ground.standing["first_day"] + timedelta(days=180)
    return [month for month in months if month["month"] >= from_then_on]


def _figure_finding(ground: Ground, figure: Figure, moved: Trend, worth: list[float], p: float) -> Finding:
    late, early = moved.months[-moved.half :], moved.months[: moved.half]
    start, end = late[0], _month_after(late[-1])
    scale = sum(worth[-moved.half :]) * (-1 if figure.name == "return_share" else 1)
    rises = moved.slope > 0
    mood: Mood = figure.rises if rises else ("bad" if figure.rises == "good" else "good")
    money = (moved.after - moved.before) * scale
    ends = sorted((moved.change_low * scale, moved.change_high * scale))

    def written(value: float) -> str:
        if figure.is_share:
            return phrases.percent(value, 1)
        return (
            ground.money(value) if figure.name == "mean_order_value" else f"{phrases.number(value)} a month"
        )

    sentence = (
        f"{figure.words} {'rises' if rises else 'falls'}: {written(moved.after)} since {phrases.month(start)}, "
        f"{written(moved.before)} from {phrases.month(early[0])} to {phrases.month(early[-1])}; that makes "
        f"{ground.money(abs(money))} {'more' if money > 0 else 'less'} than at the earlier level.{_season_words(moved)}"
    )
    return Finding(
        kind="shop_trend",
        subject=figure.name,
        sentence=sentence,
        money=money,
        money_meaning=f"against the level before {phrases.month(start)}",
        period_start=start,
        period_end=end,
        n_customers=ground.standing["n_buyers"],
        audience="all known customers",
        action=figure.advice[0 if rises else 1],
        effort="high",
        act_when="later",
        mood=mood,
        claim=Claim("past", start, end),
        rows_query="SELECT * FROM revenue_by_month WHERE is_complete ORDER BY month",
        interval=(ends[0], ends[1]),
        p_adjusted=p,
    )


def _season_words(moved: Trend) -> str:
    same, of = moved.seasonal_signs
    if of >= YEAR // 2:
        way = "Higher" if moved.slope > 0 else "Lower"
        return f" {way} than in the same month a year earlier in {same} of {of} months."
    return " With less than two years of months, part of it may be the season."


def _month_after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _too_few(months: int) -> str:
    return f"{phrases.count(months, 'complete month')} cannot show a trend; {FEWEST_MONTHS} are needed"
