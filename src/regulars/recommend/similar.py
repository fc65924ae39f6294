"""Which products are bought by the same customers: the nearest neighbors of every product, by cosine.

Reference: Sarwar et al. (2001), Item-based collaborative filtering recommendation algorithms, section 3.1; a product
keeps its own nearest neighbors, as in Deshpande & Karypis (2004), Item-based top-N recommendation algorithms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.recommend.purchases import Numbers, Purchases

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

DAMPING = 10.0
"""Every product counts as if so many more had bought it: a few shared customers are no evidence yet."""
MOST_PRODUCTS = 1_000
"""Of a customer who bought more, the most lately bought count; a few of them would cost more than everybody else."""


def weights(purchases: Purchases, kind: str) -> Numbers:
    """Return what every entry counts: once, by its number of orders, the logarithm of that, or by how fresh they are."""
    if kind == "yes_no":
        return np.ones(len(purchases.products))
    if kind == "log":
        return np.log1p(purchases.n_orders)
    if kind == "counts":
        return purchases.n_orders
    if kind == "fresh":
        return purchases.fresh_orders
    if kind == "often":  # the most often bought, the latest first among equals
        return purchases.n_orders + 0.5 / (1.0 + np.maximum(purchases.days_since_last, 0.0))
    raise ValueError(f"{kind!r} is no way to count purchases")


def neighbors(purchases: Purchases, kind: str, n_neighbors: int, n_threads: int = 0) -> csr_matrix:
    """Return products × products: in each row the cosine of a product's nearest neighbors, itself left out.

    Parameters
    ----------
    kind
        What a purchase counts (`weights`).

    Memory grows with products × neighbors, never with their square.
    """
    from implicit.nearest_neighbours import all_pairs_knn
    from scipy.sparse import csr_matrix

    bought = _capped(purchases, weights(purchases, kind))
    size = (purchases.n_products, purchases.n_products)
    if not bought.nnz:
        return csr_matrix(size)
    squares = np.bincount(bought.indices, bought.data**2, purchases.n_products)
    bought.data = bought.data / np.sqrt(squares + DAMPING)[bought.indices]
    found = all_pairs_knn(bought, n_neighbors + 1, show_progress=False, num_threads=n_threads).tocsr()
    found.resize(size)
    found.setdiag(0.0)
    found.eliminate_zeros()
    found.sort_indices()
    return found


def _capped(purchases: Purchases, values: Numbers) -> csr_matrix:
    """Return customers × products with no more entries in a row than MOST_PRODUCTS."""
    bought = purchases.matrix(values.copy())
    for row in np.flatnonzero(np.diff(purchases.starts) > MOST_PRODUCTS):
        mine = slice(purchases.starts[row], purchases.starts[row + 1])
        order = np.lexsort((purchases.products[mine], purchases.days_since_last[mine]))
        bought.data[mine][order[MOST_PRODUCTS:]] = 0.0
    bought.eliminate_zeros()
    return bought
