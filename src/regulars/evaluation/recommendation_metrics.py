"""What is measured of lists of products: each figure per customer, then the mean over customers with something to find.

Reference: NDCG with gain 1 and discount 1 / log2(place + 1), Järvelin & Kekäläinen (2002), divided by that of the best
possible list; novelty is the mean of −log2 of the share of customers who bought a listed product before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regulars.recommend.purchases import Demand, Numbers
from regulars.recommend.ranking import NOTHING, Lists

METRICS = ("recall_at_10", "ndcg_at_10", "hit_rate_at_5", "precision_at_10", "catalog_coverage", "novelty")


def list_figures(
    lists: Lists, customers: NDArray[np.int64], products: NDArray[np.int64], demand: Demand, n_known: int
) -> tuple[dict[str, Numbers], float]:
    """Return the figures of every list, and the share of all products that may be shown which are on any.

    Parameters
    ----------
    lists
        Customers × places, NOTHING where a list is shorter.
    customers, products
        What was bought: the row of ``lists`` and the product's place, −1 for one that nobody knew before.
    n_known
        Customers who had bought anything before, for novelty.

    >>> import pyarrow as pa
    >>> ones = np.ones(4)
    >>> demand = Demand(pa.array(list("abcd")), pa.array(list("abcd")), ones, ones, ones > 0)
    >>> lists = np.array([[0, 1, 2, 3, -1, -1, -1, -1, -1, -1]])
    >>> figures, coverage = list_figures(lists, np.array([0, 0]), np.array([0, -1]), demand, 1)
    >>> {name: round(float(values[0]), 3) for name, values in figures.items()}, coverage
    ({'recall_at_10': 0.5, 'ndcg_at_10': 0.613, 'hit_rate_at_5': 1.0, 'precision_at_10': 0.1, 'novelty': 0.0}, 1.0)
    """
    n_customers, n = lists.shape
    width = len(demand) + 1
    wanted = np.sort(customers * width + products + 1)
    asked = np.arange(n_customers)[:, None] * width + lists + 1
    nearest = np.minimum(np.searchsorted(wanted, asked), len(wanted) - 1)
    hits = (wanted[nearest] == asked) & (lists != NOTHING)
    n_wanted = np.bincount(customers, minlength=n_customers)
    discounts = 1 / np.log2(np.arange(2, n + 2))
    best = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(n_wanted, n)]
    n_shown = (lists != NOTHING).sum(axis=1)
    rarity = -np.log2(np.maximum(demand.n_customers, 1.0) / max(n_known, 1))
    shown = np.where(lists != NOTHING, rarity[np.maximum(lists, 0)], 0.0)
    figures = {
        "recall_at_10": hits.sum(axis=1) / n_wanted,
        "ndcg_at_10": hits @ discounts / best,
        "hit_rate_at_5": hits[:, :5].any(axis=1).astype(float),
        "precision_at_10": hits.sum(axis=1) / n,
        "novelty": shown.sum(axis=1) / np.maximum(n_shown, 1),
    }
    is_on_a_list = np.zeros(len(demand), dtype=bool)
    is_on_a_list[lists[lists != NOTHING]] = True
    coverage = int(is_on_a_list.sum()) / max(int(demand.is_recommended.sum()), 1)
    return figures, coverage
