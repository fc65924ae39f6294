"""Days, weeks and months whose revenue was not what the time around them and the season suggest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Any

from regulars.insights.bands import bands
from regulars.insights.finding import Behind, Claim, Finding, Search, When, silent
from regulars.insights.ground import Ground, days_query
from regulars.terms import phrases

KIND = "revenue_anomaly"
METHOD = (
    "revenue of days, weeks and months against the median of the time around each, the weekday and the same time of other "
    "years taken off; robust deviations"
)
LONGEST_DAYS = 3 * 365 + 30
"""Bands are made of so many days at most."""
MOSTLY = 0.5
"""What makes up at least half of a deviation explains it."""


@dataclass(frozen=True)
class Frequency:
    """How a stretch of revenue is cut into periods."""

    noun: str
    reach: int
    years: tuple[int, ...]
    fewest: int
    """So many periods are needed to see what is usual."""


DAY = Frequency("day", 28, (364, 365), 60)
WEEK = Frequency("week", 6, (52,), 16)
MONTH = Frequency("month", 4, (12,), 12)
TWO_YEARS_DAYS = 2 * 364


@dataclass(frozen=True)
class Period:
    """One period with what came and what was expected."""

    frequency: Frequency
    start: date
    end: date
    revenue: float
    expected: float
    low: float
    high: float
    n_orders: int
    usual_orders: float
    p: float

    @property
    def deviation(self) -> float:
        return self.revenue - self.expected

    def holds(self, other: Period) -> bool:
        """Whether another lies in it, in part at least, and went the same way."""
        return (
            self.start < other.end
            and other.start < self.end
            and (self.deviation > 0) == (other.deviation > 0)
        )

    def joined(self, other: Period) -> Period:
        """Return both as one; the other follows directly."""
        return replace(
            self,
            end=other.end,
            revenue=self.revenue + other.revenue,
            expected=self.expected + other.expected,
            low=self.low + other.low,
            high=self.high + other.high,
            n_orders=self.n_orders + other.n_orders,
            usual_orders=self.usual_orders + other.usual_orders,
            p=min(self.p, other.p),
        )


def revenue_anomalies(ground: Ground) -> Search:
    """Look for stretches in the last year that brought far more or less than expected."""
    days = _days(ground)
    tested = [period for frequency in (DAY, WEEK, MONTH) for period in _tested(ground, frequency, days)]
    if not tested:
        fewest = ground.settings.fewest_orders
        why = (
            f"{phrases.count(len(days), 'day')} of history with fewer than {fewest:,} orders in most months do not show "
            "what is usual"
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
        return [_finding(ground, period) for period in _told_once(sure) if _matters(ground, period)]

    return Search(KIND, METHOD, findings, [period.p for period in tested])


def _days(ground: Ground) -> list[dict[str, Any]]:
    """Return every day from the first order to the last observed day, days without an order included."""
    found = {row["day"]: row for row in ground.rows("days")}
    if not found:
        return []
    first = max(min(found), ground.end - timedelta(days=LONGEST_DAYS))
    every = [first + timedelta(days=n) for n in range((ground.end - first).days)]
    nothing = {"n_orders": 0, "revenue": 0.0}
    return [{"day": day, **{k: found.get(day, nothing)[k] for k in nothing}} for day in every]


def _tested(ground: Ground, frequency: Frequency, days: list[dict[str, Any]]) -> list[Period]:
    """Return the periods of the last year with their bands; none where periods are too few or too small.

    A single day without any order is taken for a day on which the shop was closed; a week without one is not.
    """
    periods = _cut(frequency, days, ground)
    closed = _closed_weekdays(periods) if frequency is DAY else set()
    is_open = [one["start"].weekday() not in closed for one in periods]
    orders = [one["n_orders"] for one, sells in zip(periods, is_open, strict=True) if sells]
    if len(orders) < frequency.fewest or median(orders) < ground.settings.fewest_orders:
        return []
    cycle = [one["start"].weekday() for one in periods] if frequency is DAY else None
    years = frequency.years if len(days) >= TWO_YEARS_DAYS else ()
    money = bands([one["revenue"] for one in periods], frequency.reach, cycle, years)
    usual = bands([one["n_orders"] for one in periods], frequency.reach, cycle, years)
    since = ground.end - timedelta(days=ground.settings.lookback_days)
    return [
        Period(
            frequency, one["start"], one["end"], one["revenue"], float(money.expected[n]), float(money.low[n]),
            float(money.high[n]), one["n_orders"], float(usual.expected[n]), float(money.p_values[n]),
        )
        for n, one in enumerate(periods)
        if one["start"] >= since and is_open[n] and (one["n_orders"] or frequency is not DAY)
    ]  # fmt: skip


def _cut(frequency: Frequency, days: list[dict[str, Any]], ground: Ground) -> list[dict[str, Any]]:
    """Cut days into periods; those that are not wholly in the history are left out."""
    found: dict[date, dict[str, Any]] = {}
    for one in days:
        start = _start(frequency, one["day"])
        period = found.setdefault(
            start, {"start": start, "end": _next(frequency, start), "n_orders": 0, "revenue": 0.0}
        )
        period["n_orders"] += one["n_orders"]
        period["revenue"] += one["revenue"]
    first = days[0]["day"] if days else ground.end
    return [one for one in found.values() if one["start"] >= first and one["end"] <= ground.end]


def _start(frequency: Frequency, day: date) -> date:
    if frequency is MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if frequency is WEEK else day


def _next(frequency: Frequency, start: date) -> date:
    if frequency is MONTH:
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if frequency is WEEK else 1)


def _closed_weekdays(periods: list[dict[str, Any]]) -> set[int]:
    """Return the weekdays on which the shop mostly sells nothing."""
    sold: dict[int, list[bool]] = {}
    for one in periods:
        sold.setdefault(one["start"].weekday(), []).append(one["n_orders"] > 0)
    return {day for day, days in sold.items() if sum(days) < len(days) / 2}


def _told_once(sure: list[Period]) -> list[Period]:
    """Join neighbors, and of periods within one another keep the shortest that makes up most of the deviation."""
    days, weeks, months = (
        _joined([one for one in sure if one.frequency is frequency]) for frequency in (DAY, WEEK, MONTH)
    )
    return _finer(_finer(days, weeks), months)


def _joined(periods: list[Period]) -> list[Period]:
    found: list[Period] = []
    for one in sorted(periods, key=lambda period: period.start):
        gap = (one.start - found[-1].end).days if found else 99
        if (
            found
            and gap <= (2 if one.frequency is DAY else 0)
            and (found[-1].deviation > 0) == (one.deviation > 0)
        ):
            found[-1] = found[-1].joined(one)
        else:
            found.append(one)
    return found


def _finer(fine: list[Period], coarse: list[Period]) -> list[Period]:
    kept = []
    for one in coarse:
        within = [other for other in fine if one.holds(other)]
        if sum(abs(other.deviation) for other in within) < MOSTLY * abs(one.deviation):
            fine = [other for other in fine if other not in within]
            kept.append(one)
    return [*fine, *kept]


def _matters(ground: Ground, period: Period) -> bool:
    share = abs(period.deviation) / period.expected if period.expected > 0 else 1.0
    return share >= ground.settings.least_deviation and abs(period.deviation) >= ground.least_money


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
    whole_month = period.start.day == 1 and period.end == _next(MONTH, period.start)
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
