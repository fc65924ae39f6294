"""Products that are liked by the same people: what a customer thought of those like it, weighted.

Two products are as similar as their residuals correlate over the customers who rated both, shrunk by how few these are.
A prediction is the mean of the customer's residuals over the neighbors they rated, weighted by the square of the
similarity, and drawn to nothing where the neighbors are few or hardly similar.

Reference: Koren, "Factor in the neighbors" (2010), equations 2 and 3; the square takes the place of choosing the k
nearest for each prediction, so that predictions for everybody are one sparse product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from regulars.models.matrix import Numbers
from regulars.recommend.ratings.data import Places, ones_like

if TYPE_CHECKING:
    from scipy import sparse

SHRINKAGE = 100.0
"""A correlation over n customers counts (n − 1) / (n − 1 + shrinkage)."""
DAMPING = 0.02
"""Weight of "nothing special" in the mean; that of one neighbor at a similarity of 0.14."""
LEAST_COMMON = 3
LEAST_RATINGS = 5
MOST_NEIGHBORS = 150
CELLS_AT_ONCE = 4_000_000
PAIRS_AT_ONCE = 50_000
DENSE_CELLS = 16_000_000
"""A table of customers and products up to this size is multiplied with its empty cells in it, which is twice as fast."""


@dataclass(frozen=True)
class Neighbors:
    """The neighbors of every product, and how much each counts."""

    weights: sparse.csr_array

    @classmethod
    def fit(cls, residuals: sparse.csr_array) -> Neighbors:
        """Find the neighbors of all products."""
        from scipy import sparse

        n_products = residuals.shape[1]
        often = np.flatnonzero(np.bincount(residuals.indices, minlength=n_products) >= LEAST_RATINGS)
        found = _similar(residuals[:, often].astype(np.float32)) if len(often) else None
        if found is None:
            return cls(sparse.csr_array((n_products, n_products)))
        row, column, similarity = found
        cells = similarity.astype(float) ** 2, (often[row], often[column])
        return cls(sparse.csr_array(cells, shape=(n_products, n_products)))

    @cached_property
    def _toward(self) -> sparse.csr_array:
        """The products rated × those asked for."""
        return self.weights.T.tocsr()

    def of_customers(self, residuals: sparse.csr_array) -> Iterator[tuple[slice, Numbers]]:
        """Yield, for some customers after the other, what the neighbors add: customers × products."""
        at_once = max(1, CELLS_AT_ONCE // max(residuals.shape[1], 1))
        for start in range(0, residuals.shape[0], at_once):
            some = slice(start, min(start + at_once, residuals.shape[0]))
            rows = residuals[some]
            added, weight = (rows @ self._toward).toarray(), (ones_like(rows) @ self._toward).toarray()
            added /= weight + DAMPING
            yield some, added

    def predict(self, residuals: sparse.csr_array, customers: Places, products: Places) -> Numbers:
        """Return what the neighbors add for pairs of a customer and a product."""
        order = np.argsort(customers, kind="stable")
        in_order, found = customers[order], np.zeros(len(customers))
        for some, added in self.of_customers(residuals):
            first, last = np.searchsorted(in_order, (some.start, some.stop))
            pairs = order[first:last]
            found[pairs] = added[customers[pairs] - some.start, products[pairs]]
        return found

    def nearest_reasons(self, speaking: sparse.csr_array, customers: Places, products: Places) -> Places:
        """Return for each pair the product of the customer's that speaks most for it; −1 when none does."""
        found = []
        for start in range(0, len(customers), PAIRS_AT_ONCE):
            some = slice(start, start + PAIRS_AT_ONCE)
            speaks = self.weights[products[some]].multiply(speaking[customers[some]]).tocsr()
            most = np.asarray(speaks.argmax(axis=1)).ravel()
            found.append(np.where(speaks.max(axis=1).toarray().ravel() > 0, most, -1))
        return np.concatenate(found) if found else np.zeros(0, np.int64)


def _similar(rated: sparse.csr_array) -> tuple[Places, Places, Numbers]:
    """Return row, column and similarity of the nearest neighbors of all products, some rows after the other."""
    parts = [ones_like(rated), rated, rated.multiply(rated).tocsr()]
    of_products = [cells.T.tocsr() for cells in parts]
    is_small = rated.shape[0] * rated.shape[1] <= DENSE_CELLS
    who, ratings, squares = [cells.toarray() for cells in parts] if is_small else parts
    n_products = rated.shape[1]
    at_once = max(1, CELLS_AT_ONCE // n_products)
    found = []
    for start in range(0, n_products, at_once):
        who_mine, mine, my_squares = (cells[start : start + at_once] for cells in of_products)
        n = _filled(who_mine @ who)
        both = _filled(my_squares @ who) * _filled(who_mine @ squares)
        with np.errstate(divide="ignore", invalid="ignore"):
            similarity = _filled(mine @ ratings) / np.sqrt(both) * ((n - 1) / (n - 1 + SHRINKAGE))
        similarity[~(n >= LEAST_COMMON) | ~(similarity > 0)] = 0
        similarity[np.arange(len(n)), np.arange(start, start + len(n))] = 0
        found.append(_nearest(similarity, start))
    row, column, nearest = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return row, column, nearest


def _filled(cells: sparse.csr_array | Numbers) -> Numbers:
    return cells if isinstance(cells, np.ndarray) else cells.toarray()


def _nearest(similarity: Numbers, start: int) -> tuple[Places, Places, Numbers]:
    """Return the cells of the most similar products of each row."""
    n_kept = min(MOST_NEIGHBORS, similarity.shape[1])
    columns = np.sort(np.argpartition(-similarity, n_kept - 1, axis=1)[:, :n_kept], axis=1)
    rows = np.repeat(np.arange(len(similarity)), n_kept)
    cells = similarity[rows, columns.ravel()]
    kept = cells > 0
    return rows[kept] + start, columns.ravel()[kept], cells[kept]
