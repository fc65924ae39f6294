"""The Mann–Kendall test of a monthly ratio, what its trend is worth, and how it is put into words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, variance
from typing import Any

from regulars.describe.trend import median_slope
from regulars.terms import phrases

METHOD = (
    "Mann–Kendall test (Kendall's tau with time) over complete months, Sen's slope; with two years of months, most of them "
    "also have to have moved the same way against the same month a year earlier"
)
YEAR = 12
FEWEST_MONTHS = 8


@dataclass(frozen=True)
class Trend:
    """How a ratio moved over consecutive complete months: what it is of what, month by month."""

    months: tuple[date, ...]
    over: tuple[float, ...]
    under: tuple[float, ...]
    p_value: float
    slope: float

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(one / of for one, of in zip(self.over, self.under, strict=True))

    @property
    def half(self) -> int:
        return len(self.months) // 2

    @property
    def late_months(self) -> tuple[date, ...]:
        return self.months[-self.half :]

    @property
    def before(self) -> float:
        """The ratio over the first half of the months."""
        return sum(self.over[: self.half]) / sum(self.under[: self.half])

    @property
    def after(self) -> float:
        """The ratio over the last half of the months."""
        return sum(self.over[-self.half :]) / sum(self.under[-self.half :])

    @property
    def gain(self) -> float:
        """What the last half has more of than at the ratio of the first."""
        return (self.after - self.before) * sum(self.under[-self.half :])

    @property
    def reach(self) -> float:
        """How far the 95 % interval of the gain goes to each side: months vary about the ratio of their half (Welch)."""
        from scipy.stats import t

        halves = (self.values[: self.half], self.values[-self.half :])
        parts = [variance(half) / self.half for half in halves]
        if sum(parts) <= 0:
            return 0.0
        degrees = sum(parts) ** 2 / sum(part**2 / (self.half - 1) for part in parts)
        return float(t.ppf(0.975, degrees)) * math.sqrt(sum(parts)) * sum(self.under[-self.half :])

    @property
    def seasonal_signs(self) -> tuple[int, int]:
        """How many months moved the way of the slope against the same month a year earlier, of how many."""
        changes = [b - a for a, b in zip(self.values, self.values[YEAR:], strict=False)]
        return sum(change * self.slope > 0 for change in changes), len(changes)

    def holds(self, chance: float) -> bool:
        """Whether both halves differ the way of the slope, and the season does not pass for it, by chance."""
        from scipy.stats import binom

        same, of = self.seasonal_signs
        is_season = of >= YEAR // 2 and bool(binom.sf(same - 1, of, 0.5) > chance)
        return self.gain * self.slope > 0 and not is_season


def trend(months: Sequence[date], over: Sequence[float], under: Sequence[float] | None = None) -> Trend:
    """Return the Mann–Kendall test of a monthly ratio, and Sen's slope of it.

    Reference: Mann (1945), Econometrica 13, 245–259; Sen (1968), Journal of the American Statistical Association 63.

    >>> from datetime import date
    >>> found = trend([date(2026, month, 1) for month in range(1, 11)], [1, 2, 3, 4, 5, 6, 7, 8, 10, 9])
    >>> found.slope, found.before, found.after, found.p_value < 0.001
    (1.0, 3.0, 8.0, True)
    """
    from scipy.stats import kendalltau

    parts = tuple(float(value) for value in over)
    wholes = tuple(float(value) for value in under) if under is not None else (1.0,) * len(parts)
    values = [one / of for one, of in zip(parts, wholes, strict=True)]
    p_value = 1.0 if len(set(values)) < 2 else float(kendalltau(range(len(values)), values).pvalue)
    return Trend(tuple(months), parts, wholes, p_value, median_slope(values).per_month)


def early_words(moved: Trend) -> str:
    """Say which months the first half of a trend is."""
    return f"from {phrases.month(moved.months[0])} to {phrases.month(moved.months[moved.half - 1])}"


def season_words(moved: Trend) -> str:
    """Say what the same months of the year before show, or that they cannot."""
    same, of = moved.seasonal_signs
    if of >= YEAR // 2:
        way = "Higher" if moved.slope > 0 else "Lower"
        return f" {way} than in the same month a year earlier in {same} of {of} months."
    return " With less than two years of months, part of it may be the season."


def month_after(month: date) -> date:
    """Return the first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


def too_little(months: Sequence[Mapping[str, Any]], fewest_orders: int) -> str:
    """Say why complete months cannot show a trend: too few of them, or too few orders in most; empty where they can."""
    if len(months) < FEWEST_MONTHS:
        return (
            f"{phrases.count(len(months), 'complete month')} cannot show a trend; {FEWEST_MONTHS} are needed"
        )
    if median(month["n_orders"] for month in months) < fewest_orders:
        return f"most months have fewer than {phrases.count(fewest_orders, 'order')}"
    return ""
