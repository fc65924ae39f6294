"""Intervals by redrawing customers: every figure is computed for all redraws at once.

A redraw gives each customer a weight (how often they were drawn), the same at every cut-off and for every model, so
that what differs between two models is not drowned in what differs between customers. A figure and its
redraws come from one computation: once with weights of 1, in doubles, and once with the matrix of weights, in floats
(an interval needs no more than six digits).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from regulars.evaluation.ranking import Weights
from regulars.models.matrix import Numbers

N_REDRAWS = 200
MOST_CUSTOMERS = 10_000
"""More are not redrawn: the spread among so many is scaled to what it is among all."""
SEED = 20_111_209
INTERVAL = (0.025, 0.975)
FEWEST_FINITE = 0.5
"""An interval is given when at least so many redraws have the figure at all."""


@dataclass(frozen=True)
class Estimate:
    """A figure and what it was in every redraw (NaN: not defined there); no redraws, no interval."""

    value: float
    redraws: Numbers | None = None

    @cached_property
    def interval(self) -> tuple[float | None, float | None]:
        """95 % of redraws lie between these."""
        if self.redraws is None or not np.isfinite(self.value):
            return None, None
        finite = self.redraws[np.isfinite(self.redraws)]
        if len(finite) < FEWEST_FINITE * len(self.redraws):
            return None, None
        low, high = np.quantile(finite, INTERVAL)
        return float(low), float(high)


Figures = Mapping[str, Estimate]
Computation = Callable[[Weights, NDArray[np.int64]], Mapping[str, Numbers]]
"""From weights (customers × redraws) and the places of those customers to one number per redraw for each figure."""


class Redraws:
    """The weights of customers in every redraw (Poisson bootstrap)."""

    def __init__(self, customer_ids: Sequence[str], n_redraws: int = N_REDRAWS, seed: int = SEED) -> None:
        everyone = sorted(set(customer_ids))
        dice = np.random.default_rng(seed)
        if len(everyone) > MOST_CUSTOMERS:
            chosen = np.sort(dice.choice(len(everyone), MOST_CUSTOMERS, replace=False))
            everyone = [everyone[place] for place in chosen]
        self._places = {customer: place for place, customer in enumerate(everyone)}
        self._weights = dice.poisson(1.0, (len(everyone), n_redraws)).astype(np.float32)

    def of(self, customer_ids: Sequence[str]) -> Sample:
        """Return the redraws of the customers at one cut-off."""
        places = [self._places.get(customer, -1) for customer in customer_ids]
        mine = np.array(places, dtype=np.int64)
        rows = np.flatnonzero(mine >= 0)
        return Sample(len(mine), rows, self._weights[mine[rows]])


@dataclass(frozen=True)
class Sample:
    """Redraws of the customers at one cut-off: which of them are redrawn, and their weights."""

    n_customers: int
    rows: NDArray[np.int64]
    weights: Weights

    def subset(self, mask: NDArray[np.bool_]) -> Sample:
        """Return the redraws of some of the customers alone."""
        place = np.cumsum(mask) - 1
        kept = mask[self.rows]
        return Sample(int(mask.sum()), place[self.rows[kept]], self.weights[kept])

    def estimates(self, compute: Computation) -> dict[str, Estimate]:
        """Return figures with their redraws.

        Where only some customers are redrawn, the figure is of all of them, and the spread is scaled by the root of
        the share that is redrawn.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = _finite(compute(np.ones((self.n_customers, 1)), np.arange(self.n_customers)))
            redraws = _finite(compute(self.weights, self.rows))
            if len(self.rows) == self.n_customers:
                center, scale = whole, 1.0
            else:
                center = _finite(compute(np.ones((len(self.rows), 1)), self.rows))
                scale = float(np.sqrt(len(self.rows) / self.n_customers))
        return {
            name: Estimate(float(figure[0]), figure[0] + (redraws[name] - center[name][0]) * scale)
            for name, figure in whole.items()
        }


def _finite(figures: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Return figures with NaN wherever something was divided by nothing."""
    return {name: np.where(np.isfinite(figure), figure, np.nan) for name, figure in figures.items()}
