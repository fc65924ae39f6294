"""Figures of the whole shop that rise or fall: the value of an order, what is given back, new customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from regulars.insights.finding import Claim, Finding, Mood, Search, silent
from regulars.insights.ground import Ground
from regulars.insights.trend import (
    FEWEST_MONTHS,
    METHOD,
    Trend,
    early_words,
    month_after,
    season_words,
    too_little,
    trend,
)
from regulars.terms import phrases


@dataclass(frozen=True)
class Figure:
    """A figure of the shop: what it is of what in a month, and how it is told."""

    name: str
    words: str
    over: str
    under: str | None
    rises: Mood
    advice: tuple[str, str]
    """When it rises, and when it falls."""


FIGURES = (
    Figure(
        "mean_order_value", "The value of an order", "gross_revenue", "n_orders", "good",
        ("See which products and customers carry it, and keep offering those.",
         "See what is left out of the baskets: smaller quantities, cheaper products, more discounts."),
    ),
    Figure(
        "return_share", "The share of sales that is given back", "return_value", "gross_revenue", "bad",
        ("Look at the products that come back most, and at what is promised about them.",
         "Find out what made it better, and keep it."),
    ),
    Figure(
        "n_new_customers", "The number of new customers", "n_new_customers", None, "good",
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
    if why := too_little(months, ground.settings.fewest_orders):
        return silent(kind, METHOD, why)
    found = []
    for figure in FIGURES:
        known = _known_months(ground, figure, months)
        under = [month[figure.under] if figure.under else 1 for month in known]
        if len(known) >= FEWEST_MONTHS and min(under) > 0:
            calendar = [month["month"] for month in known]
            found.append((figure, trend(calendar, [month[figure.over] for month in known], under)))

    def findings(p_adjusted: Sequence[float]) -> list[Finding]:
        rate = ground.settings.false_discovery_rate
        return [
            _figure_finding(ground, figure, moved, newcomer_revenue, p)
            for (figure, moved), p in zip(found, p_adjusted, strict=True)
            if p <= rate and moved.holds(rate)
        ]

    return Search(kind, METHOD, findings, [moved.p_value for _, moved in found])


def _known_months(ground: Ground, figure: Figure, months: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the months in which a figure means something: who is new cannot be known when the data begins."""
    if figure.name != "n_new_customers":
        return months
    from_then_on = ground.standing["first_day"] + timedelta(days=180)
    return [month for month in months if month["month"] >= from_then_on]


def _figure_finding(
    ground: Ground, figure: Figure, moved: Trend, newcomer_revenue: float, p: float
) -> Finding:
    start, end = moved.late_months[0], month_after(moved.late_months[-1])
    rises = moved.slope > 0
    mood: Mood = figure.rises if rises else ("bad" if figure.rises == "good" else "good")
    worth = {"return_share": -1.0, "n_new_customers": newcomer_revenue}.get(figure.name, 1.0)
    money, reach = moved.gain * worth, moved.reach * abs(worth)

    def written(value: float) -> str:
        if figure.name == "return_share":
            return phrases.percent(value, 1)
        return (
            ground.money(value) if figure.name == "mean_order_value" else f"{phrases.number(value)} a month"
        )

    sentence = (
        f"{figure.words} {'rises' if rises else 'falls'}: {written(moved.after)} since {phrases.month(start)}, "
        f"{written(moved.before)} {early_words(moved)}; that makes {ground.money(abs(money))} {'more' if money > 0 else 'less'} than at "
        f"the earlier level.{season_words(moved)}"
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
        interval=(money - reach, money + reach),
        p_adjusted=p,
    )
