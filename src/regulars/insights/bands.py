"""Seasonal robust bands: what a day, week or month would have brought, and how surprising it was.

Amounts are looked at as logarithms. The level of a period is the median of its neighbors (itself left out), after the
pattern of the week is taken off. Where there are other years, what the same time of those years was above or below its
own neighbors is the season, and is taken off as well. What is left is measured in robust standard deviations (1.4826 ×
the median absolute deviation). With a single other year, a difference is told of the year that was further from its
neighbors; with more of them, of the one that differs.

Reference: Rousseeuw & Croux (1993), Journal of the American Statistical Association 88, 1273–1283, for the deviation
and its efficiency of 37 %, which is why surprise is read from Student's t with 0.37 n degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

EFFICIENCY = 0.37
CONSISTENT = 1.482602218505602
LEAST_SPREAD = 0.02
"""Two in a hundred: a shop that never varies is not surprised by less."""
NOTHING = 0.01
"""A period without revenue counts as this part of the usual one, so that it has a logarithm."""
NORMAL_975 = 1.959963984540054


@dataclass(frozen=True)
class Bands:
    """What was expected of each period, the 95 % range of it, and the two-sided p-value of what came."""

    expected: Numbers
    low: Numbers
    high: Numbers
    p_values: Numbers


def bands(
    amounts: Sequence[float], reach: int, cycle: Sequence[int] | None = None, years: Sequence[int] = ()
) -> Bands:
    """Return the bands of a series of consecutive periods.

    Parameters
    ----------
    reach
        So many neighbors to each side make the level.
    cycle
        Where each period stands in a short pattern that repeats (the weekday).
    years
        After so many periods the season comes round; where several are given, the one that fits better (a holiday keeps
        its date or its weekday). None where the series is too short to know.

    Examples
    --------
    >>> found = bands([100, 110, 95, 105, 20, 98, 104, 97, 108, 101], reach=3)
    >>> int(found.p_values.argmin()), round(float(found.expected[4]))
    (4, 101)
    """
    values = np.asarray(amounts, dtype=float)
    usual = float(np.median(values[values > 0])) if (values > 0).any() else 1.0
    logs = np.log(np.maximum(values, 0) + NOTHING * usual)
    pattern = _pattern(logs, reach, cycle)
    level = _level(logs - pattern, reach)
    own = logs - pattern - level
    season, n_others = _season(own, years)
    left = own - season
    ordinary = left[values > 0]
    spread = max(CONSISTENT * float(np.median(np.abs(ordinary))) if len(ordinary) else 0.0, LEAST_SPREAD)
    degrees = max(2.0, EFFICIENCY * len(left) / (2 if years else 1))
    p_values = _surprise(left / spread, min(degrees, _tail(ordinary)))
    middle = level + pattern + season

    def amount(deviations: float) -> Numbers:
        found: Numbers = np.maximum(np.exp(middle + deviations * spread) - NOTHING * usual, 0.0)
        return found

    is_its_own = (n_others != 1) | ((own * left > 0) & (np.abs(own) >= np.abs(season)))
    return Bands(amount(0), amount(-NORMAL_975), amount(NORMAL_975), np.where(is_its_own, p_values, 1.0))


def _surprise(deviations: Numbers, degrees: float) -> Numbers:
    from scipy.stats import t

    found: Numbers = 2 * t.sf(np.abs(deviations), degrees)
    return found


def _tail(deviations: Numbers) -> float:
    """Return the degrees of freedom of the t whose tails are as heavy as these; the middle alone hides them.

    Read from how much further the outer twentieths lie apart than the quarters, which a few surprises cannot move.
    """
    from scipy.stats import t

    if len(deviations) < 100:
        return np.inf
    outer = np.quantile(deviations, 0.975) - np.quantile(deviations, 0.025)
    inner = np.quantile(deviations, 0.75) - np.quantile(deviations, 0.25)
    if inner <= 0:
        return 2.0
    for degrees in (30.0, 15.0, 10.0, 7.0, 5.0, 4.0, 3.0, 2.0):
        if outer / inner <= t.ppf(0.975, degrees) / t.ppf(0.75, degrees):
            return degrees if degrees < 30 else np.inf
    return 2.0


def _pattern(logs: Numbers, reach: int, cycle: Sequence[int] | None) -> Numbers:
    """Return what each place of the short cycle adds, in the middle of all its turns."""
    if cycle is None:
        return np.zeros(len(logs))
    places = np.asarray(cycle)
    around = logs - _level(logs, reach)
    added = {place: float(np.median(around[places == place])) for place in np.unique(places)}
    return np.array([added[place] for place in places])


def _level(logs: Numbers, reach: int) -> Numbers:
    """Return the median of the neighbors of each, itself left out; of itself where it is alone."""
    found = logs.copy()
    for place in range(len(logs)):
        first, last = max(0, place - reach), place + reach + 1
        neighbors = np.concatenate([logs[first:place], logs[place + 1 : last]])
        if len(neighbors):
            found[place] = np.median(neighbors)
    return found


def _season(own: Numbers, years: Sequence[int]) -> tuple[Numbers, NDArray[np.int_]]:
    """Return how far the same time of other years was from its neighbors, and how many other years there are."""
    season, n_others = np.zeros(len(own)), np.zeros(len(own), dtype=int)
    for place in range(len(own) if years else 0):
        fits = []
        for year in years:
            others = [own[other] for other in range(place % year, len(own), year) if other != place]
            if others:
                fits.append(float(np.median(others)))
                n_others[place] = max(n_others[place], len(others))
        if fits:
            season[place] = min(fits, key=lambda other: abs(other - own[place]))
    return season, n_others
