"""How well a ranking by expected effect finds those whom the contact moves: Qini's curve, with an interval.

Reference: Radcliffe 2007, Using Control Groups to Target on Predicted Lift: the curve is the outcomes that treating the
first share φ of customers adds, per customer treated in all; a random order gives the straight line to its end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.campaigns.differences import Numbers

N_REDRAWS = 300
SEED = 20_111
POINTS = 51


@dataclass(frozen=True)
class Qini:
    """The curve of one ranking, and the area between it and a random order; above 0 it is better than random."""

    share: Numbers
    gain: Numbers
    area: float
    ci_low: float
    ci_high: float

    @property
    def whole(self) -> float:
        """What treating everybody adds, per customer treated."""
        return float(self.gain[-1])

    def gain_at(self, share: float) -> float:
        return float(np.interp(share, self.share, self.gain))


def qini(
    scores: Numbers,
    treated: NDArray[np.bool_],
    outcome: Numbers,
    *,
    significance: float = 0.05,
    seed: int = SEED,
) -> Qini:
    """Judge a ranking by an experiment that it has not seen.

    Parameters
    ----------
    scores
        Expected effects; the highest are treated first, equal ones in a random order.
    significance
        The interval holds all but this share of redraws of the customers.

    >>> treated = np.array([True, False] * 200)
    >>> moved = np.arange(400) < 200                      # the first half are moved, the others never are
    >>> outcome = (treated & moved).astype(float)
    >>> found = qini(-np.arange(400.0), treated, outcome)
    >>> round(found.gain_at(0.5), 2), round(found.whole, 2), found.ci_low > 0
    (0.5, 0.5, True)
    """
    dice = np.random.default_rng(seed)
    order = np.lexsort((dice.random(len(scores)), -scores))
    is_treated, came = treated[order], outcome[order]
    weights = dice.poisson(1.0, (N_REDRAWS, len(scores))).astype(np.float32)
    share, gain = _curve(np.ones(len(scores)), is_treated, came)
    areas = np.array([_area(*_curve(weight, is_treated, came)) for weight in weights])
    low, high = np.quantile(areas[np.isfinite(areas)], (significance / 2, 1 - significance / 2))
    at = np.linspace(0, 1, POINTS)
    return Qini(at, np.interp(at, share, gain), _area(share, gain), float(low), float(high))


def _curve(weights: Numbers, treated: NDArray[np.bool_], outcome: Numbers) -> tuple[Numbers, Numbers]:
    """Return the share treated and what it adds, after each customer."""
    n_t, n_c = np.cumsum(weights * treated), np.cumsum(weights * ~treated)
    came_t, came_c = np.cumsum(weights * treated * outcome), np.cumsum(weights * ~treated * outcome)
    with np.errstate(divide="ignore", invalid="ignore"):
        added = came_t - np.where(n_c > 0, came_c * n_t / np.maximum(n_c, 1e-12), 0.0)
    share, gain = (n_t + n_c) / (n_t[-1] + n_c[-1]), added / n_t[-1]
    return np.concatenate([[0.0], share]), np.concatenate([[0.0], gain])


def _area(share: Numbers, gain: Numbers) -> float:
    return float(np.trapezoid(gain - share * gain[-1], share))
