"""From predicted ratings to lists: which products to show a customer, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from regulars.models.matrix import Numbers
from regulars.recommend.ratings.data import Places
from regulars.recommend.ratings.model import KnownCustomers, RatingModel

RANKERS = ("most_liked", "predicted_rating", "rating_and_popularity")
"""From the simplest to the most complex; the first is the baseline, the same products for everybody."""
POPULARITY_WEIGHT = 1.0
"""A product that e times as many people liked is worth a standard deviation of ratings more: it is more likely to come
a customer's way at all."""


@dataclass(frozen=True)
class Chosen:
    """What ships, and why."""

    model: str
    ranker: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lists:
    """Products shown to customers: one place per customer and rank, best first."""

    customers: Places
    ranks: Places
    products: Places
    predicted: Numbers
    scores: Numbers


def best_products(known: KnownCustomers, chosen: Chosen, n: int, least_ratings: int) -> Lists:
    """Return the best products for each customer: not yet rated by them, and with enough ratings to be judged.

    Customers for whom nothing is left have no place; ties go to the product with the lower id.
    """
    parts = list(_blocks(known, chosen, n, least_ratings))
    if not parts:
        nothing = np.zeros(0, np.int64)
        return Lists(nothing, nothing, nothing, np.zeros(0), np.zeros(0))
    return Lists(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _blocks(
    known: KnownCustomers, chosen: Chosen, n: int, least_ratings: int
) -> Iterator[tuple[Places, Places, Places, Numbers, Numbers]]:
    model, rated = known.model, known.residuals
    candidates = np.flatnonzero(model.n_ratings >= least_ratings)
    n = min(n, len(candidates))
    if not n:
        return
    for some, said in known.blocks(chosen.model):
        score = scores(said, chosen.ranker, model)
        rows = rated[some]
        score[np.repeat(np.arange(len(said)), np.diff(rows.indptr)), rows.indices] = -np.inf
        customers, ranks, place = _best(score[:, candidates], n)
        products = candidates[place]
        predicted = model.scale.clip(said[customers, products])
        yield customers + some.start, ranks, products, predicted, score[customers, products]


def _best(score: Numbers, n: int) -> tuple[Places, Places, Places]:
    """Return row, rank and column of the n best cells of every row, ties in the order of the columns."""
    least = -np.partition(-score, n - 1, axis=1)[:, n - 1 : n]
    row, column = np.nonzero((score >= least) & np.isfinite(score))
    order = np.lexsort((column, -score[row, column], row))
    row, column = row[order], column[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row) + 1
    kept = rank <= n
    return row[kept], rank[kept], column[kept]


def scores(said: Numbers, ranker: str, model: RatingModel) -> Numbers:
    """Return by what products are put in order, from their predicted ratings (customers × products)."""
    if ranker == "most_liked":
        return np.broadcast_to(model.n_liked, said.shape).copy()
    if ranker == "predicted_rating":
        return said.copy()
    return said + POPULARITY_WEIGHT * model.spread * np.log1p(model.n_liked)
