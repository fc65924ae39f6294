"""Days, weeks and months whose revenue was not what the time around them and the season suggest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from regulars.insights.finding import Behind, Claim, Finding, Search, When, silent
from regulars.insights.ground import Ground, days_query
from regulars.insights.periods import (
    DAY,
    MONTH,
    MOSTLY,
    TWO_YEARS_DAYS,
    WEEK,
    Period,
    days_of,
    next_period,
    tested_periods,
    told_once,
)
from regulars.terms import phrases

KIND = "revenue_anomaly"
METHOD = (
    "revenue of days, weeks and months against the median of the time around each, the weekday and the same time of other "
    "years taken off; robust deviations"
)


def revenue_anomalies(ground: Ground) -> Search:
    """Look for stretches in the last year that brought far more or less than expected."""
    days = days_of(ground)
    tested = [
        period for frequency in (DAY, WEEK, MONTH) for period in tested_periods(ground, frequency, days)
    ]
    if not tested:
        fewest = ground.settings.fewest_orders
        why = (
            f"{phrases.count(len(days), 'day')} of history {'does' if len(days) == 1 else 'do'} not show what is usual: that takes "
            f"{DAY.fewest} days, {WEEK.fewest} weeks or {MONTH.fewest} months, most of them with at least "
            f"{phrases.count(fewest, 'order')}"
            if days
            else "there is no order"
        )
        return silent(KIND, METHOD, why)

    def findings(p_adjusted: Sequence[float]) -> list[Finding]:
        sure = [
            replace(period, p=p)
            for period, p in zip(tested, p_adjusted, strict=True)
            if p <= ground.settings.false_discovery_rate
        ]
        return [_finding(ground, period) for period in told_once(sure) if _matters(ground, period)]

    return Search(KIND, METHOD, findings, [period.p for period in tested])


def _matters(ground: Ground, period: Period) -> bool:
    share = abs(period.deviation) / period.expected if period.expected > 0 else 1.0
    return share >= ground.settings.least_deviation


def _finding(ground: Ground, period: Period) -> Finding:
    inside = ground.row("period", period_start=period.start, period_end=period.end)
    less = period.deviation < 0
    share = abs(period.deviation) / period.expected if period.expected else 1.0
    season = (
        ""
        if ground.standing["history_days"] >= TWO_YEARS_DAYS
        else " No earlier year shows whether that is the season."
    )
    sentence = (
        f"{_called(period)} brought {ground.money(period.revenue)}, {ground.money(abs(period.deviation))} "
        f"({phrases.percent(share)}) {'less' if less else 'more'} than {'the time around it suggests' if season else 'the time around it and the year before suggest'}"
        f"{_range(ground, period)}. {_driver(ground, period, inside)}{season}"
    )
    age = (ground.end - period.end).days
    return Finding(
        kind=KIND,
        subject=f"{period.frequency.noun} {'below' if less else 'above'}",
        sentence=sentence,
        money=period.deviation,
        money_meaning=f"{'missing from' if less else 'beyond'} the expected revenue of that time",
        period_start=period.start,
        period_end=period.end,
        n_customers=inside["n_customers"],
        audience="known customers who ordered then",
        action=_action(less, age),
        effort="medium",
        act_when=_when(age),
        mood="bad" if less else "good",
        claim=Claim("past", period.start, period.end),
        rows_query=days_query("orders", "ordered_at", period.start, period.end, " AND NOT is_cancelled"),
        behind=Behind(
            ground.query("behind_period"), {"period_start": period.start, "period_end": period.end}
        ),
        interval=(period.revenue - period.high, period.revenue - period.low),
        p_adjusted=period.p,
    )


def _called(period: Period) -> str:
    last = period.end - timedelta(days=1)
    if period.start == last:
        return f"{phrases.WEEKDAYS[period.start.weekday()]}, {phrases.day(period.start)},"
    whole_month = period.start.day == 1 and period.end == next_period(MONTH, period.start)
    if whole_month:
        return phrases.month(period.start)
    return f"The time from {phrases.day(period.start)} to {phrases.day(last)}"


def _range(ground: Ground, period: Period) -> str:
    if period.frequency is not MONTH and period.end - period.start > timedelta(days=7):
        return f" ({ground.money(period.expected)})"
    return (
        f" ({ground.money(period.expected)}; 19 in 20 such {period.frequency.noun}s lie between {ground.money(period.low)} "
        f"and {ground.money(period.high)})"
    )


def _driver(ground: Ground, period: Period, inside: dict[str, Any]) -> str:
    """Say what made it: one order, the number of orders, or their value."""
    if period.deviation > 0 and inside["largest_revenue"] >= MOSTLY * period.deviation:
        return f"One order, {inside['largest_order_id']}, accounts for {ground.money(inside['largest_revenue'])} of it."
    orders = phrases.count(period.n_orders, "order")
    usual = f"about {phrases.number(period.usual_orders)} would have been usual"
    if not period.n_orders:
        return f"There was no order at all; {usual}."
    value = period.revenue / period.n_orders
    expected_value = period.expected / period.usual_orders if period.usual_orders else value
    words = f"There were {orders}, where {usual}"
    return f"{words}, worth {ground.money(value)} each instead of {ground.money(expected_value)}."


def _action(less: bool, age: int) -> str:
    if less:
        return (
            "Find out what was missing: stock, the site, a mailing; and whether those customers have come back."
            if age <= 90
            else "Find out what was missing then, so that it does not happen again."
        )
    return "Find out what brought it, and whether it can be repeated."


def _when(age: int) -> When:
    return "now" if age <= 30 else "next" if age <= 90 else "later"
