"""From scores to lists: the best products of every customer, a batch of customers at a time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.recommend.purchases import Numbers, Purchases
from regulars.recommend.scorers import Fitted, Target

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NOTHING = -1
"""Where a list is shorter than asked for."""
POPULAR_LOOKED_AT = 500
"""So many of the most popular products are looked at to fill a list."""
Lists = NDArray[np.int32]


@dataclass(frozen=True)
class Ranked:
    """Lists of a batch of customers: ``products`` (customers × n, places or NOTHING) with their scores.

    ``n_own`` is how many of a list the scorer itself chose; the rest is filled with what is popular now.
    """

    products: Lists
    scores: Numbers
    n_own: NDArray[np.int64]

    def own_choice(self) -> Lists:
        """Return the lists without what they were filled with."""
        return np.where(np.arange(self.products.shape[1]) < self.n_own[:, None], self.products, NOTHING)


def rank(fitted: Fitted, purchases: Purchases, target: Target, n: int, popularity: Numbers) -> Ranked:
    """Return the best n products of every customer.

    Parameters
    ----------
    fitted
        What scores them.
    purchases
        The batch.
    target
        ``buy_again`` looks at what a customer bought, ``try_next`` at everything else, ``next_basket`` at both.
    popularity
        By which lists are filled that the scorer leaves short, in ``try_next`` and ``next_basket``.
    """
    if target == "buy_again" or (fitted.onward is None and fitted.scorer.own):
        found = _of_own(fitted, purchases, n)
    elif fitted.onward is not None:
        found = _of_similar(fitted, purchases, target, n)
    else:
        found = _short(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0), purchases.n_customers, n)
        popularity = fitted.factors
    if target == "buy_again":
        return found
    return _filled(found, purchases, target, popularity, is_scored=not fitted.scorer.is_personal)


def _of_own(fitted: Fitted, purchases: Purchases, n: int) -> Ranked:
    """Rank what each customer bought."""
    counted = fitted.scorer.weights(purchases) if fitted.scorer.own else np.ones(len(purchases.products))
    scores = counted * fitted.factors[purchases.products]
    shown = fitted.factors[purchases.products] > 0
    return _short(
        purchases.customers[shown], purchases.products[shown], scores[shown], purchases.n_customers, n
    )


def _of_similar(fitted: Fitted, purchases: Purchases, target: Target, n: int) -> Ranked:
    """Rank what is near to what each customer bought; other threads work on while it counts."""
    from implicit.nearest_neighbours import NearestNeighboursScorer

    scorer = NearestNeighboursScorer(
        fitted.onward
    )  # holds the sums of one customer at a time: not to be shared
    bought = purchases.matrix(fitted.scorer.weights(purchases))
    best = [
        scorer.recommend(
            np.array([0, end - start], dtype=np.int32),
            bought.indices[start:end],
            bought.data[start:end],
            K=n,
            remove_own_likes=target == "try_next",
        )
        for start, end in pairwise(bought.indptr.tolist())
    ]
    customers = np.repeat(np.arange(len(best)), [len(products) for products, _ in best])
    products = np.concatenate([*(products for products, _ in best), np.zeros(0, np.int32)])
    scores = np.concatenate([*(scores for _, scores in best), np.zeros(0)])
    good = scores > 0
    return _short(customers[good], products[good], scores[good], purchases.n_customers, n)


def _short(
    customers: NDArray[np.integer[Any]],
    products: NDArray[np.integer[Any]],
    scores: Numbers,
    n_customers: int,
    n: int,
) -> Ranked:
    """Put entries into lists, the best first; equal ones in the order of products."""
    order = np.lexsort((products, -scores, customers))
    customers, products, scores = customers[order], products[order], scores[order]
    sizes = np.bincount(customers, minlength=n_customers)
    position = np.arange(len(customers)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept = position < n
    lists = np.full((n_customers, n), NOTHING, dtype=np.int32)
    values = np.zeros((n_customers, n))
    lists[customers[kept], position[kept]] = products[kept]
    values[customers[kept], position[kept]] = scores[kept]
    return Ranked(lists, values, np.minimum(sizes, n))


def _filled(
    found: Ranked, purchases: Purchases, target: Target, popularity: Numbers, *, is_scored: bool
) -> Ranked:
    """Append what is popular to lists that are short: nothing twice, and in try_next nothing that was bought."""
    n = found.products.shape[1]
    needy = np.flatnonzero(found.n_own < n)
    best = np.lexsort((np.arange(len(popularity)), -popularity))[: POPULAR_LOOKED_AT + n]
    best = best[popularity[best] > 0]
    if not len(needy) or not len(best):
        return found
    place = np.full(len(popularity), NOTHING)
    place[best] = np.arange(len(best))
    taken = np.zeros((len(needy), len(best)), dtype=bool)
    _mark(taken, found.products[needy], place)
    if target == "try_next":
        few = purchases.rows(needy)
        mine = place[few.products]
        taken[few.customers[mine >= 0], mine[mine >= 0]] = True
    free = np.cumsum(~taken, axis=1)
    lists, values = found.products.copy(), found.scores.copy()
    rows, columns = np.nonzero(~taken & (free <= (n - found.n_own[needy])[:, None]))
    positions = found.n_own[needy][rows] + free[rows, columns] - 1
    lists[needy[rows], positions] = best[columns]
    values[needy[rows], positions] = popularity[best[columns]] if is_scored else 0.0
    return Ranked(lists, values, found.n_own)


def _mark(taken: NDArray[np.bool_], lists: Lists, place: NDArray[np.int64]) -> None:
    rows, columns = np.nonzero(lists != NOTHING)
    mine = place[lists[rows, columns]]
    taken[rows[mine >= 0], mine[mine >= 0]] = True


def evidence(cosines: csr_matrix, purchases: Purchases, lists: Lists, n: int = 2) -> NDArray[np.int32]:
    """Return for each listed product the n purchases of the customer that it is nearest to, or NOTHING.

    The answer has the form customers × list × n.
    """
    rows, columns = np.nonzero(lists != NOTHING)
    found = np.full((*lists.shape, n), NOTHING, dtype=np.int32)
    if not len(rows):
        return found
    sizes = np.diff(purchases.starts)[rows]
    entry = np.repeat(np.arange(len(rows)), sizes)
    taken = np.repeat(purchases.starts[rows] - (np.cumsum(sizes) - sizes), sizes) + np.arange(len(entry))
    bought = purchases.products[taken]
    near = np.asarray(cosines[lists[rows, columns][entry], bought]).ravel()
    close = near > 0
    entry, bought, near = entry[close], bought[close], near[close]
    order = np.lexsort((bought, -near, entry))
    entry, bought = entry[order], bought[order]
    position = np.arange(len(entry)) - np.searchsorted(entry, entry)
    kept = position < n
    found[rows[entry[kept]], columns[entry[kept]], position[kept]] = bought[kept]
    return found
