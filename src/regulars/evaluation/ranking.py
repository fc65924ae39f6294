"""What an order of customers is worth: who is put on top, weighted, with ties sharing their place."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from regulars.models.matrix import Numbers


class Ranking:
    """Customers from the highest score to the lowest, in groups of equal scores, for every redraw at once.

    ``weights`` is redraws × customers. Whatever is computed takes a tie as every order of its customers at once.
    """

    def __init__(self, scores: Numbers, weights: Numbers) -> None:
        self._order: NDArray[np.int64] = np.argsort(-scores, kind="stable")
        ordered = scores[self._order]
        self.starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        """Places in the order at which a group of equal scores begins."""
        self.scores = ordered[self.starts]
        self._weights = weights[:, self._order]
        self.sizes = self._grouped(self._weights)

    def sums(self, values: Numbers) -> Numbers:
        """Return the weighted sum of something per group: redraws × groups."""
        return self._grouped(self._weights * values[self._order])

    def _grouped(self, cells: Numbers) -> Numbers:
        if len(self.starts) == cells.shape[1]:
            return cells
        return np.asarray(np.add.reduceat(cells, self.starts, axis=1))

    @cached_property
    def above(self) -> Numbers:
        """Customers down to the end of each group."""
        return np.cumsum(self.sizes, axis=1)

    def roc_auc(self, positive: Numbers) -> Numbers:
        """Return the chance that a positive one is ranked above a negative one, half for ties."""
        positives = self.sums(positive)
        negatives = self.sizes - positives
        up_to = np.cumsum(negatives, axis=1)
        n_positive, n_negative = positives.sum(axis=1), up_to[:, -1]
        below = n_negative[:, None] - up_to + negatives / 2
        return _divided(np.einsum("rg,rg->r", positives, below), n_positive * n_negative)

    def average_precision(self, positive: Numbers) -> Numbers:
        """Return the precision at each positive one, on average (no interpolation)."""
        positives = self.sums(positive)
        precision = _divided(np.cumsum(positives, axis=1), self.above)
        return _divided(np.einsum("rg,rg->r", positives, np.nan_to_num(precision)), positives.sum(axis=1))

    def share_in_top(self, values: Numbers, share: float) -> Numbers:
        """Return how much of a total the top share of customers holds; a group that is cut gives its part."""
        sums = self.sums(values)
        reached = np.cumsum(sums, axis=1)
        wanted = share * self.above[:, -1]
        last = np.argmax(self.above >= wanted[:, None] - 1e-9, axis=1)
        rows = np.arange(len(last))
        part = _divided(self.above[rows, last] - wanted, self.sizes[rows, last])
        return _divided(reached[rows, last] - part * sums[rows, last], reached[:, -1])

    def gini(self, values: Numbers) -> Numbers:
        """Return how far a total is held by those on top: twice the area between the curve and the diagonal."""
        sums = self.sums(values)
        reached = np.cumsum(sums, axis=1)
        area = np.einsum("rg,rg->r", self.sizes, reached - sums / 2)
        return 2 * _divided(area, self.above[:, -1] * reached[:, -1]) - 1


def _divided(numerator: Numbers, denominator: Numbers) -> Numbers:
    """Divide; NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator == 0, np.nan, numerator / np.where(denominator == 0, 1, denominator))
