"""The season as a clock: in busy weeks the shop's time runs faster.

Buy-till-you-die models assume that customers buy at a steady pace. They do, once days are counted by how busy the whole
shop is on them: ninety days before Christmas are then 130 days long, the ninety after it 68. A clock is read from one
year of what the shop sold and is put on past and future alike, so the same fitted model answers for any time of year.

A growing shop sells more at the end of a year than at its beginning, which is no season: growth is read from weeks that
lie a year apart, as soon as there are some, and taken out first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from regulars.models.shop_days import Numbers, ShopDays

YEAR = 365
SMOOTHED_DAYS = 21
AS_IF_STEADY = {"n_customers": 20.0, "revenue": 60.0}
"""Purchases by which a stretch of three weeks is drawn toward a steady pace: few purchases say little about a season."""
SLOWEST, FASTEST = 0.05, 20.0
MOST_GROWTH = 4.0
"""Nobody grows or shrinks faster than so many times a year."""
FEWEST_WEEKS, HALF_BELIEVED_AT = 4, 4.0
"""Of fewer weeks that lie a year after others nothing is learned of growth; growth of so many standard errors is half believed."""
Days = NDArray[np.int64]


@dataclass(frozen=True)
class SeasonClock:
    """Reads shop time off the calendar; a year always has 365 shop days.

    ``speeds`` are shop days per calendar day from ``first_day`` (days since 1970-01-01) to the cut-off, ``usual`` those
    of the 365 days that follow, which repeat. ``is_known`` is false with less than a year of history: then every day
    counts the same.

    >>> steady = SeasonClock.of(None, at_day=14_000)
    >>> float(steady.between(np.array([14_000]), np.array([14_090]))[0]), steady.is_known
    (90.0, False)
    """

    first_day: int
    speeds: Numbers
    usual: Numbers
    is_known: bool
    history_days: int

    @classmethod
    def of(
        cls, days: ShopDays | None, at_day: int, measure: Literal["n_customers", "revenue"] = "n_customers"
    ) -> SeasonClock:
        """Read the clock off the days before ``at_day``, of purchases or of revenue."""
        if days is None or at_day - days.first_day < YEAR:
            history = 0 if days is None else max(at_day - days.first_day, 0)
            return cls(at_day, np.ones(0), np.ones(YEAR), False, history)
        history = at_day - days.first_day
        sold = np.zeros(history)
        counted = np.maximum(getattr(days, measure), 0.0)[:history]
        sold[: len(counted)] = counted
        unit = sold.sum() / max(days.n_customers[:history].sum(), 1.0)  # what one purchase is in this measure
        speeds = _speeds(sold, AS_IF_STEADY[measure] * unit)
        usual = speeds[history % YEAR :].reshape(-1, YEAR).mean(axis=0)
        return cls(days.first_day, np.round(speeds, 4), np.round(usual, 4), True, history)

    @property
    def sentence(self) -> str:
        """Say what is known of the season."""
        if self.is_known:
            return "The season is taken from what the shop sold at the same time of the years before."
        return (
            f"The history is {self.history_days} days long: the season cannot be known before a full year was seen, "
            "so bands are wider."
        )

    def between(self, start: Days, end: Days) -> Numbers:
        """Return the shop days from the beginning of one day to the beginning of another."""
        return self._reading(end) - self._reading(start)

    def day_after(self, start: int, elapsed: Numbers) -> Numbers:
        """Return how many calendar days it takes until so many shop days are over; infinite stays infinite."""
        far = start + 2 * YEAR
        readings = self._reading(np.arange(start, far + 1)) - self._reading(np.array([start]))
        found = np.interp(elapsed, readings, np.arange(len(readings), dtype=np.float64))
        return np.where(np.isfinite(elapsed) & (elapsed <= readings[-1]), found, np.inf)

    def _reading(self, day: Days) -> Numbers:
        """Return shop days since ``first_day``."""
        past, ahead = self._totals
        place = np.asarray(day, dtype=np.int64) - self.first_day
        years, rest = np.divmod(np.maximum(place - len(self.speeds), 0), YEAR)
        found: Numbers = past[np.clip(place, 0, len(self.speeds))] + np.minimum(place, 0)
        found += years * ahead[-1] + ahead[rest]
        return found

    @cached_property
    def _totals(self) -> tuple[Numbers, Numbers]:
        """Shop days since the first day, and since the cut-off."""
        return np.concatenate([[0.0], np.cumsum(self.speeds)]), np.concatenate([[0.0], np.cumsum(self.usual)])

    def to_json(self) -> dict[str, Any]:
        return {
            "first_day": self.first_day,
            "speeds": self.speeds.tolist(),
            "usual": self.usual.tolist(),
            "is_known": self.is_known,
            "history_days": self.history_days,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> SeasonClock:
        speeds, usual = (np.array(found[name], dtype=np.float64) for name in ("speeds", "usual"))
        return cls(found["first_day"], speeds, usual, found["is_known"], found["history_days"])


def _speeds(sold: Numbers, as_if_steady: float) -> Numbers:
    """Return shop days per day; each year back from the end has 365 of them, and growth is left out."""
    sold = sold / _trend(sold, as_if_steady)
    window = np.ones(min(SMOOTHED_DAYS, len(sold)))
    n_days = np.convolve(np.ones(len(sold)), window, mode="same")
    smooth = np.convolve(sold, window, mode="same")
    speeds, level = np.ones(len(sold)), 0.0
    for end in range(len(sold), 0, -YEAR):
        year = slice(max(end - YEAR, 0), end)
        if end >= YEAR:
            level = float(sold[year].mean())
        paces = (smooth[year] + as_if_steady) / np.maximum(level * n_days[year] + as_if_steady, 1e-9)
        paces = np.clip(paces, SLOWEST, FASTEST)
        speeds[year] = paces / paces.mean() if end >= YEAR else paces
    return speeds


def _trend(sold: Numbers, as_if_steady: float) -> Numbers:
    """Return how high each day's sales are by growth alone, steady from year to year; 1 on average.

    Growth is read from the weeks since the first year beside the same weeks a year before them, and believed as far as
    it stands out from how differently single weeks grew.
    """
    n_weeks = min(len(sold) - YEAR, YEAR) // 7
    if n_weeks < FEWEST_WEEKS:
        return np.ones(len(sold))
    now, before = (
        sold[len(sold) - ago - 7 * n_weeks : len(sold) - ago].reshape(n_weeks, 7).sum(axis=1)
        for ago in (0, YEAR)
    )
    growth = float(np.log((now.sum() + as_if_steady) / (before.sum() + as_if_steady)))
    a_week = 7 * as_if_steady / SMOOTHED_DAYS
    error = float(np.log((now + a_week) / (before + a_week)).std(ddof=1)) / np.sqrt(n_weeks)
    growth *= growth**2 / max(growth**2 + (HALF_BELIEVED_AT * error) ** 2, 1e-12)
    yearly = float(np.clip(growth, -np.log(MOST_GROWTH), np.log(MOST_GROWTH)))
    trend = np.exp(yearly * np.arange(len(sold)) / YEAR)
    return np.asarray(trend / trend.mean())


def days_of(instants: NDArray[np.datetime64]) -> Days:
    """Return the day of each instant, as days since 1970-01-01."""
    return instants.astype("datetime64[D]").astype(np.int64)
