"""What an order of customers is worth: who is put on top, weighted, with ties sharing their place."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regulars.models.matrix import Numbers

Weights = NDArray[np.floating[Any]]


class Curve(NamedTuple):
    """The weighted sum of something over customers from the highest score down: groups × redraws."""

    gains: Weights
    """In each group."""
    totals: Weights
    """Down to the end of each group."""


class Ranking:
    """Customers from the highest score to the lowest, in groups of equal scores, for every redraw at once.

    ``weights`` is customers × redraws. Whatever is computed takes a tie as every order of its customers at once.
    """

    def __init__(self, scores: Numbers, weights: Weights) -> None:
        self._order: NDArray[np.int64] = np.argsort(-scores, kind="stable")
        ordered = scores[self._order]
        self._ends = np.flatnonzero(np.r_[ordered[1:] != ordered[:-1], True])
        self._weights = weights[self._order]
        self.scores = ordered[self._ends]
        self.customers = self._curve(self._weights)

    def reached(self, values: Numbers) -> Curve:
        """Return how much of something the customers hold."""
        return self._curve(self._weights * values[self._order, None].astype(self._weights.dtype))

    def _curve(self, cells: Weights) -> Curve:
        totals = np.cumsum(cells, axis=0)
        if len(self._ends) == len(totals):
            return Curve(cells, totals)
        totals = totals[self._ends]
        gains = totals.copy()
        gains[1:] -= totals[:-1]
        return Curve(gains, totals)

    def roc_auc(self, positive: Curve) -> Numbers:
        """Return the chance that a positive one is ranked above a negative one, half for ties.

        Of the area under the curve of all customers against the positive ones, positive ones among themselves are half
        a square.
        """
        n = positive.totals[-1]
        return _divided(self._area(positive) - n * n / 2, n * (self.customers.totals[-1] - n))

    def average_precision(self, positive: Curve) -> Numbers:
        """Return the precision at each positive one, on average (no interpolation)."""
        precision = positive.totals / np.maximum(self.customers.totals, 1)  # nobody above: nothing to weigh
        return _divided(np.einsum("gr,gr->r", positive.gains, precision), positive.totals[-1])

    def share_in_top(self, held: Curve, share: float) -> Numbers:
        """Return how much of a total the top share of customers holds; a group that is cut gives its part."""
        above = self.customers.totals
        wanted = share * above[-1]
        last, redraw = np.argmax(above >= wanted * (1 - 1e-6), axis=0), np.arange(len(wanted))
        missing = _divided(above[last, redraw] - wanted, self.customers.gains[last, redraw])
        return _divided(held.totals[last, redraw] - missing * held.gains[last, redraw], held.totals[-1])

    def gini(self, held: Curve) -> Numbers:
        """Return how far a total is held by those on top: twice the area between the curve and the diagonal."""
        return 2 * _divided(self._area(held), self.customers.totals[-1] * held.totals[-1]) - 1

    def _area(self, held: Curve) -> Weights:
        """Return the area under what is held (upwards) along the customers (to the right), in trapezoids."""
        steps = self.customers.gains
        area = np.einsum("gr,gr->r", steps, held.totals) - np.einsum("gr,gr->r", steps, held.gains) / 2
        return np.asarray(area)


def _divided(numerator: Weights, denominator: Weights) -> Numbers:
    """Divide; NaN where there is nothing to divide by."""
    found = np.where(denominator == 0, np.nan, numerator / np.where(denominator == 0, 1, denominator))
    return np.asarray(found, np.float64)
