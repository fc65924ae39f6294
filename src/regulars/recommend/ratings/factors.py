"""Matrix factorization of what the biases leave: alternating least squares, all customers (or products) in one step.

For one customer the best factors p given the products' q solve (Σ q qᵀ + λ I) p = Σ q z over the products rated, z in
units of its own spread, so that λ means the same on every scale. Sums of q qᵀ for everybody are one sparse product.

Reference: Hu, Koren, Volinsky (2008), equation 4, with a weight of 1 on what was rated and 0 on the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regulars.models.matrix import Numbers
from regulars.recommend.ratings.data import Places, ones_like

if TYPE_CHECKING:
    from scipy import sparse

N_FACTORS = 12
ROUNDS = 8
SEED = 20_111_209
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Factors:
    """What a product is like, in a few numbers that have no names."""

    of_products: Numbers
    regularization: float
    spread: float

    @classmethod
    def fit(cls, residuals: sparse.csr_array, regularization: float, n_factors: int = N_FACTORS) -> Factors:
        """Take turns: customers given the products, products given the customers."""
        spread = float(np.sqrt(np.mean(residuals.data**2))) or 1.0
        dice = np.random.default_rng(SEED)
        found = cls(dice.normal(0, 0.1, (residuals.shape[1], n_factors)), regularization, spread)
        by_product = residuals.T.tocsr()
        for _ in range(ROUNDS):
            of_customers = found.of_customers(residuals)
            found = cls(_solve(by_product, of_customers, regularization, spread), regularization, spread)
        return found

    def of_customers(self, residuals: sparse.csr_array) -> Numbers:
        """Return what each customer likes, from that customer's ratings alone."""
        return _solve(residuals, self.of_products, self.regularization, self.spread)

    def predict(self, of_customers: Numbers, customers: Places, products: Places) -> Numbers:
        """Return what taste adds to the biases."""
        taste = np.einsum("nf,nf->n", of_customers[customers], self.of_products[products])
        return np.asarray(self.spread * taste)


def _solve(residuals: sparse.csr_array, other: Numbers, regularization: float, spread: float) -> Numbers:
    """Return the best factors of every row, given those of the columns."""
    n = other.shape[1]
    products = (other[:, :, None] * other[:, None, :]).reshape(-1, n * n)
    found = np.zeros((residuals.shape[0], n))
    for start in range(0, residuals.shape[0], ROWS_AT_ONCE):
        rows = residuals[start : start + ROWS_AT_ONCE]
        sums = (ones_like(rows) @ products).reshape(-1, n, n)
        sums[:, np.arange(n), np.arange(n)] += regularization
        right = (rows @ other) / spread
        found[start : start + ROWS_AT_ONCE] = np.linalg.solve(sums, right[:, :, None])[:, :, 0]
    return found
