"""Trend and season of monthly revenue, as far as complete months can tell.

With two years of complete months revenue is taken apart into trend, season and remainder (STL, with a season that is
the same every year until there are four years to tell otherwise). How fast it grows is then read from months one or
more whole years apart, so that the season cannot pass for growth. With less than two years a median slope is drawn
and it is said that the season cannot be known.

Reference: Cleveland, Cleveland, McRae & Terpenning (1990), STL, Journal of Official Statistics 6, 3–73; Sen (1968) for
the slope; Hirsch, Slack & Smith (1982), Water Resources Research 18, 107–121, for the slope by season; Gilbert (1987),
section 16.5 and 17.3, for its interval; Wang, Smith & Hyndman (2006), section 3.2, for the strength of the season.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, pvariance

from regulars.describe.computed import NORMAL_975

YEAR = 12
SLOPE_MONTHS = 4
SEASON_MONTHS = 2 * YEAR
CHANGING_SEASON_MONTHS = 4 * YEAR
FLAT = 1e-9
"""Variation that is rounding, as a part of the greatest month."""


@dataclass(frozen=True)
class Slope:
    """A change per month with the ends of its 95 % interval; infinite where too few pairs of months bound it."""

    per_month: float
    low: float
    high: float


@dataclass(frozen=True)
class Trend:
    """Revenue of complete months taken apart.

    Units: currency per month.
    Null means: ``slope`` with less than 4 complete months, ``season`` with less than 24.
    """

    months: tuple[date, ...]
    revenue: tuple[float, ...]
    trend: tuple[float, ...]
    season: tuple[float, ...] | None = None
    slope: Slope | None = None

    @property
    def season_strength(self) -> float | None:
        """How much of the variation around the trend is season, from 0 to 1.

        Adjusted for the twelve figures that a season is: two years of noise would else look like one.
        """
        if self.season is None:
            return None
        around = [v - t for v, t in zip(self.revenue, self.trend, strict=True)]
        remainder = [a - s for a, s in zip(around, self.season, strict=True)]
        n, of_all = len(around), pvariance(around)
        if of_all <= (FLAT * max(map(abs, self.revenue))) ** 2:
            return 0.0
        return max(0.0, 1 - pvariance(remainder) / of_all * (n - 1) / (n - YEAR))

    def season_of(self, month: int) -> float:
        """What the season adds in a calendar month, on average over the years."""
        seasons = [s for m, s in zip(self.months, self.season or (), strict=True) if m.month == month]
        return sum(seasons) / len(seasons)


def take_apart(months: Sequence[date], revenue: Sequence[float]) -> Trend:
    """Return the trend of consecutive complete months, and their season where two years are there.

    >>> take_apart([date(2026, m, 1) for m in range(1, 7)], [10, 12, 14, 16, 18, 20]).slope
    Slope(per_month=2.0, low=2.0, high=2.0)
    >>> take_apart([date(2026, 1, 1)], [10]).slope is None
    True
    """
    months, revenue = tuple(months), tuple(float(value) for value in revenue)
    if len(months) < SLOPE_MONTHS:
        return Trend(months, revenue, revenue)
    if len(months) < SEASON_MONTHS:
        slope = median_slope(revenue)
        middle = median(v - slope.per_month * i for i, v in enumerate(revenue))
        return Trend(
            months, revenue, tuple(middle + slope.per_month * i for i in range(len(months))), None, slope
        )
    trend, season = _stl(revenue)
    return Trend(months, revenue, trend, season, median_slope(revenue, YEAR))


def median_slope(values: Sequence[float], period: int = 1) -> Slope:
    """Return the median change per step over all pairs of values that are whole periods apart.

    >>> median_slope([1, 50, 3, 52, 5, 54], period=2).per_month
    1.0
    """
    pairs = sorted(
        (values[j] - values[i]) / (j - i)
        for i in range(len(values))
        for j in range(i + period, len(values), period)
    )
    lengths = [len(values[start::period]) for start in range(period)]
    variance = sum(n * (n - 1) * (2 * n + 5) for n in lengths) / 18
    reach = NORMAL_975 * math.sqrt(variance)
    low, high = math.floor((len(pairs) - reach) / 2) - 1, math.ceil((len(pairs) + reach) / 2)
    return Slope(
        median(pairs),
        pairs[low] if low >= 0 else -math.inf,
        pairs[high] if high < len(pairs) else math.inf,
    )


def _stl(revenue: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return trend and season; the season is the same every year unless there are years enough to see it change."""
    from statsmodels.tsa.seasonal import STL

    if len(revenue) >= CHANGING_SEASON_MONTHS:
        parts = STL(list(revenue), period=YEAR, seasonal=13, robust=True).fit()
    else:
        parts = STL(
            list(revenue), period=YEAR, seasonal=10 * len(revenue) + 1, seasonal_deg=0, trend=2 * YEAR - 1
        ).fit()
    return tuple(float(value) for value in parts.trend), tuple(float(value) for value in parts.seasonal)
