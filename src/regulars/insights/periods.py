"""Days, weeks and months with what they brought and what was to be expected; each stretch told once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Any

from regulars.insights.bands import bands
from regulars.insights.ground import Ground

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


def days_of(ground: Ground) -> list[dict[str, Any]]:
    """Return every day from the first order to the last observed day, days without an order included."""
    found = {row["day"]: row for row in ground.rows("days")}
    if not found:
        return []
    first = max(min(found), ground.end - timedelta(days=LONGEST_DAYS))
    every = [first + timedelta(days=n) for n in range((ground.end - first).days)]
    nothing = {"n_orders": 0, "revenue": 0.0}
    return [{"day": day, **{k: found.get(day, nothing)[k] for k in nothing}} for day in every]


def tested_periods(ground: Ground, frequency: Frequency, days: list[dict[str, Any]]) -> list[Period]:
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
            start, {"start": start, "end": next_period(frequency, start), "n_orders": 0, "revenue": 0.0}
        )
        period["n_orders"] += one["n_orders"]
        period["revenue"] += one["revenue"]
    first = days[0]["day"] if days else ground.end
    return [one for one in found.values() if one["start"] >= first and one["end"] <= ground.end]


def _start(frequency: Frequency, day: date) -> date:
    if frequency is MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if frequency is WEEK else day


def next_period(frequency: Frequency, start: date) -> date:
    """Return the first day after the period that begins on a day."""
    if frequency is MONTH:
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if frequency is WEEK else 1)


def _closed_weekdays(periods: list[dict[str, Any]]) -> set[int]:
    """Return the weekdays on which the shop mostly sells nothing."""
    sold: dict[int, list[bool]] = {}
    for one in periods:
        sold.setdefault(one["start"].weekday(), []).append(one["n_orders"] > 0)
    return {day for day, days in sold.items() if sum(days) < len(days) / 2}


def told_once(sure: list[Period]) -> list[Period]:
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
