"""The shop's clock: how much happens in every hour, by type of customer.

Purchase processes run on a clock that goes faster when the shop is busy. An hour on the wall is worth
season(day) × rhythm(weekday, hour, type of customer) on that clock; a year on the wall is a year on the clock. Turning
clock time back into wall time gives every process its season, weekdays and hours at once, and leaves its law exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from regulars.demo.parameters import ShopParameters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CUSTOMER_TYPES = ("office hours", "evening", "weekend")

# (day of the year, how busy): linear between, before normalization
_SEASON = (
    (1, 0.80), (20, 0.82), (45, 0.92), (75, 0.95), (100, 1.00), (135, 0.92), (165, 0.82), (195, 0.68), (225, 0.66),
    (250, 0.88), (280, 1.00), (305, 1.15), (325, 1.50), (334, 1.85), (350, 2.30), (354, 1.90), (358, 0.80), (366, 0.65),
)  # fmt: skip
_CLOSED = {(1, 1), (12, 25), (12, 26)}
_WEEKDAYS = {  # Monday first
    "office hours": (1.20, 1.25, 1.20, 1.20, 1.00, 0.25, 0.15),
    "evening": (1.10, 1.05, 1.05, 1.10, 0.70, 0.80, 1.20),
    "weekend": (0.40, 0.35, 0.35, 0.40, 0.70, 2.40, 2.40),
}
_HOURS = {  # (hour, how busy): linear between
    "office hours": ((0, 0.02), (7, 0.1), (9, 1.4), (11, 2.4), (12, 2.6), (14, 2.2), (17, 1.2), (19, 0.3), (24, 0.02)),
    "evening": ((0, 0.25), (2, 0.02), (7, 0.1), (12, 0.4), (17, 0.7), (19, 2.0), (21, 3.2), (23, 1.0), (24, 0.3)),
    "weekend": ((0, 0.1), (3, 0.02), (8, 0.3), (10, 1.6), (13, 1.8), (16, 2.0), (20, 1.4), (23, 0.3), (24, 0.1)),
}  # fmt: skip
_PROMOTIONS = (0.9, 0.25, 0.2, 0.25, 0.2, 0.35, 0.5, 0.3, 0.2, 0.2, 1.0, 0.3)
"""By month: how much of a customer's inclination to use a discount code finds one."""


@dataclass(frozen=True)
class Calendar:
    """The days from the opening of the shop to the last day that the truth looks at.

    Units: hours and days are counted from the opening; clock time is in average days.
    """

    start: date
    end: date
    until: date
    parameters: ShopParameters

    @property
    def end_day(self) -> int:
        """The first day that the files do not contain."""
        return (self.end - self.start).days

    @property
    def n_days(self) -> int:
        return (self.until - self.start).days

    @cached_property
    def dates(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range(self.n_days)]

    @cached_property
    def season(self) -> Floats:
        """How busy each day is; 1 on average over a year."""
        if not self.parameters.has_season:
            return np.ones(self.n_days)
        days, levels = zip(*_SEASON, strict=True)
        mean = np.interp(np.arange(1, 366), days, levels).mean()
        found = np.interp([day.timetuple().tm_yday for day in self.dates], days, levels) / mean
        closed = [(day.month, day.day) in _CLOSED for day in self.dates]
        return np.where(closed, 0.0, found)

    @cached_property
    def promotion(self) -> Floats:
        """How much of a customer's inclination to use a discount code finds one, by day, 0–1."""
        if not self.parameters.has_season:
            return np.full(self.n_days, 0.3)
        return np.array([_PROMOTIONS[day.month - 1] for day in self.dates])

    @cached_property
    def fullness(self) -> Floats:
        """How full baskets are, by day; 1.3 from mid-November to Christmas."""
        if not self.parameters.has_season:
            return np.ones(self.n_days)
        festive = [(11, 15) <= (day.month, day.day) <= (12, 24) for day in self.dates]
        return np.where(festive, 1.3, 1.0)

    @cached_property
    def price_year(self) -> Integers:
        """Which price list holds on each day, 0 at the opening; a new one every January."""
        return np.array([day.year - self.start.year for day in self.dates])

    @cached_property
    def _hourly(self) -> Floats:
        """Clock time that passes in each hour, by type of customer: types × hours."""
        weekday = np.array([day.weekday() for day in self.dates])
        rows = []
        for kind in CUSTOMER_TYPES:
            week = np.array(_WEEKDAYS[kind]) if self.parameters.has_rhythm else np.ones(7)
            hours, levels = zip(*_HOURS[kind], strict=True)
            day = np.interp(np.arange(24) + 0.5, hours, levels) if self.parameters.has_rhythm else np.ones(24)
            busy = self.season * (week / week.mean())[weekday]
            rows.append(np.outer(busy, day / day.sum()).ravel())
        return np.array(rows)

    @cached_property
    def _clock(self) -> Floats:
        """Clock time at the beginning of each hour: types × (hours + 1)."""
        return np.concatenate([np.zeros((len(CUSTOMER_TYPES), 1)), np.cumsum(self._hourly, axis=1)], axis=1)

    @cached_property
    def _arrival_clock(self) -> Floats:
        """Share of all arrivals before each hour up to the end: types × (hours + 1)."""
        hours = self.end_day * 24
        growth = np.linspace(1.0, self.parameters.growth, hours)
        total = np.cumsum(self._hourly[:, :hours] * growth, axis=1)
        return np.concatenate([np.zeros((len(CUSTOMER_TYPES), 1)), total / total[:, -1:]], axis=1)

    def clock(self, kind: Integers, hour: Floats) -> Floats:
        """Turn wall time into clock time."""
        whole = np.minimum(hour.astype(np.int64), self.n_days * 24 - 1)
        return self._clock[kind, whole] + self._hourly[kind, whole] * (hour - whole)

    def clock_at_midnights(self, first_day: int, n_days: int) -> Floats:
        """Clock time at `n_days + 1` midnights: types × midnights."""
        return self._clock[:, first_day * 24 : (first_day + n_days) * 24 + 1 : 24]

    def wall(self, kind: Integers, clock: Floats) -> Floats:
        """Turn clock time into wall time, in hours."""
        return _inverse(self._clock, kind, clock)

    def arrivals(self, kind: Integers, share: Floats) -> Floats:
        """Return the hours at which the given shares (0–1) of all arrivals have come."""
        return _inverse(self._arrival_clock, kind, share)


def _inverse(table: Floats, kind: Integers, values: Floats) -> Floats:
    """Invert growing functions of the hour, one per type, in one look-up: each is shifted beyond the one before."""
    shift = table.max() + 1.0
    shifts = np.arange(len(table))[:, np.newaxis] * shift
    hours = np.tile(np.arange(table.shape[1], dtype=np.float64), len(table))
    found: Floats = np.interp(values + kind * shift, (table + shifts).ravel(), hours)
    return found
