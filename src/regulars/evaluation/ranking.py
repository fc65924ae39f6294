"""What an order of customers is worth: who is put on top, weighted, with ties sharing their place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.models.matrix import Numbers

Weights = NDArray[np.floating[Any]]


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
        self.above = self._at_ends(self._weights)
        """Customers down to the end of each group: groups × redraws."""

    def reached(self, values: Numbers) -> Weights:
        """Return the weighted sum of something down to the end of each group: groups × redraws."""
        return self._at_ends(self._weights * values[self._order, None].astype(self._weights.dtype))

    def _at_ends(self, cells: Weights) -> Weights:
        sums = np.cumsum(cells, axis=0)
        return sums if len(self._ends) == len(sums) else sums[self._ends]

    def area(self, reached: Weights) -> Numbers:
        """Return the area under the curve of customers (to the right) and what they reached (upwards), both to 1."""
        trapezoids = np.einsum("gr,gr->r", np.diff(self.above, axis=0, prepend=0), _middle(reached))
        return _divided(trapezoids, self.above[-1] * reached[-1])

    def roc_auc(self, reached: Weights) -> Numbers:
        """Return the chance that a positive one is ranked above a negative one, half for ties."""
        negatives = self.above - reached
        trapezoids = np.einsum("gr,gr->r", np.diff(negatives, axis=0, prepend=0), _middle(reached))
        return _divided(trapezoids, negatives[-1] * reached[-1])

    def average_precision(self, reached: Weights) -> Numbers:
        """Return the precision at each positive one, on average (no interpolation)."""
        precision = reached / np.maximum(self.above, 1)  # nobody above: nothing to weigh
        return _divided(np.einsum("gr,gr->r", np.diff(reached, axis=0, prepend=0), precision), reached[-1])

    def share_in_top(self, reached: Weights, share: float) -> Numbers:
        """Return how much of a total the top share of customers holds; a group that is cut gives its part."""
        wanted = share * self.above[-1]
        last = np.argmax(self.above >= wanted * (1 - 1e-6), axis=0)
        redraw, before = np.arange(len(last)), np.maximum(last - 1, 0)
        first = last == 0
        above = np.where(first, 0, self.above[before, redraw])
        had = np.where(first, 0, reached[before, redraw])
        part = _divided(wanted - above, self.above[last, redraw] - above)
        return _divided(had + part * (reached[last, redraw] - had), reached[-1])

    def gini(self, reached: Weights) -> Numbers:
        """Return how far a total is held by those on top: twice the area between the curve and the diagonal."""
        return 2 * self.area(reached) - 1


def _middle(reached: Weights) -> Weights:
    """Return what was reached at the middle of each group."""
    return reached - np.diff(reached, axis=0, prepend=0) / 2


def _divided(numerator: Weights, denominator: Weights) -> Numbers:
    """Divide; NaN where there is nothing to divide by."""
    found = np.where(denominator == 0, np.nan, numerator / np.where(denominator == 0, 1, denominator))
    return np.asarray(found, np.float64)
