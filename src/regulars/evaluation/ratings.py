"""How well ratings are predicted, and whether lists made of them hold what customers came to like.

Two splits. Folds: a fifth of the ratings at random is predicted from the rest, five times over; this is what the
literature prints, and it flatters, for the rest holds ratings of the same evening. Time: ratings up to an instant
predict those after it, at several instants; lists are judged here alone, by what their customers liked afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.evaluation.bootstrap import Estimate, Redraws
from regulars.evaluation.ranking import Weights
from regulars.models.matrix import Numbers
from regulars.recommend.ratings.build import Rated
from regulars.recommend.ratings.data import Places, Ratings, Scale
from regulars.recommend.ratings.model import BASELINES, MODELS, RatingModel, Tuning, tune
from regulars.recommend.ratings.top import RANKERS, Chosen, best_products

if TYPE_CHECKING:
    from regulars.settings import Settings

N_FOLDS = 5
SEED = 20_111_209
MOST_JUDGED = 500_000
"""Of more ratings, those of some customers are judged."""
INSTANTS = (0.6, 0.7, 0.8, 0.9)
"""Shares of the ratings that lie before the instants of the time split."""
FEWEST_LISTS = 10
LIST_LENGTH = 10
SURELY = 0.95
"""A more complex contender has to be ahead in so many of the redraws."""
DEFAULT_RANKER = "rating_and_popularity"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What was predicted: whose ratings, and the error of every model (predicted − given)."""

    customers: Places
    errors: Mapping[str, Numbers]


@dataclass(frozen=True)
class Shown:
    """Lists that were judged: whose, and what each ranker's list was worth."""

    customers: Places
    worth: Mapping[str, Mapping[str, Numbers]]


def judge_ratings(found: Rated | None, settings: Settings) -> tuple[Chosen | None, list[Row]]:
    """Return what ships, and the rows of ``rating_backtests``; nothing where nothing can be learned.

    Time: nothing but ratings before the cut-off is read.
    """
    if found is None or found.cannot:
        return None, []
    ratings, scale = _judged_part(found.ratings), found.scale
    redraws = Redraws(ratings.customer_ids)
    asked = in_folds(ratings, scale)
    errors = _errors(asked, ratings, redraws)
    model, because = _simplest_as_good(MODELS, {name: errors[name]["rmse"] for name in MODELS}, sign=-1)
    sentences = [_about_models(model, because, errors)]
    rows = [*_rows("folds", errors, BASELINES, model, len(asked.customers))]
    ranker = DEFAULT_RANKER
    later = in_time(ratings, scale, model, settings.ratings.least_ratings)
    if later is None:
        sentences.append(
            "Too few ratings tell their time to predict later ones from earlier ones, so lists could not be judged."
        )
        return Chosen(model, ranker, tuple(sentences)), rows
    told, shown = later
    rows += _rows("time", _errors(told, ratings, redraws), BASELINES, model, len(told.customers))
    if len(shown.customers) < FEWEST_LISTS:
        sentences.append(
            f"Only {len(shown.customers)} lists could be judged by what their customers liked afterwards: too few to "
            "choose by."
        )
        return Chosen(model, ranker, tuple(sentences)), rows
    worth = _worth(shown, ratings, redraws)
    ranker, because = _simplest_as_good(
        RANKERS, {name: worth[name]["ndcg_at_10"] for name in RANKERS}, sign=1
    )
    sentences.append(_about_rankers(ranker, because, worth, len(shown.customers)))
    rows += _rows("time", worth, RANKERS[:1], ranker, len(shown.customers))
    return Chosen(model, ranker, tuple(sentences)), rows


def _judged_part(ratings: Ratings) -> Ratings:
    """Return all ratings, or those of so many customers drawn at random that they are not too many."""
    if len(ratings) <= MOST_JUDGED:
        return ratings
    order = np.random.default_rng(SEED).permutation(ratings.shape[0])
    n = int(np.searchsorted(np.cumsum(ratings.per_customer()[order]), MOST_JUDGED))
    return ratings.of(np.sort(order[: max(n, 2)]))


def in_folds(ratings: Ratings, scale: Scale, n_folds: int = N_FOLDS) -> Asked:
    """Predict every rating from the other folds; each fold chooses its own tuning, by its own ratings."""
    fold = np.random.default_rng(SEED).permutation(len(ratings)) % n_folds
    parts = []
    for number in range(n_folds):
        seen, held = ratings.where(fold != number), ratings.where(fold == number)
        parts.append(_predict(RatingModel.fit(seen, scale), seen, held))
    return _together(parts)


def in_time(
    ratings: Ratings, scale: Scale, model_name: str, least_ratings: int
) -> tuple[Asked, Shown] | None:
    """Predict ratings from earlier ones, and make lists, at several instants; the first of them chooses the tuning."""
    parts, lists = [], []
    tuning: Tuning | None = None
    for seen, held in _windows(ratings):
        tuning = tuning or tune(seen, scale)
        model = RatingModel.fit(seen, scale, tuning)
        parts.append(_predict(model, seen, held))
        lists.append(_show(model, seen, held, model_name, least_ratings))
    if not parts:
        return None
    names = lists[0].worth
    worth = {
        name: {metric: np.concatenate([one.worth[name][metric] for one in lists]) for metric in names[name]}
        for name in names
    }
    return _together(parts), Shown(np.concatenate([one.customers for one in lists]), worth)


def _windows(ratings: Ratings) -> Iterator[tuple[Ratings, Ratings]]:
    """Yield what was rated before each instant, and from it to the next; nothing where times are too few."""
    dated = ratings.where(~np.isnat(ratings.rated_at))
    if 2 * len(dated) < len(ratings):
        return
    times = np.sort(dated.rated_at)
    edges = np.unique(times[[int(share * len(times)) for share in INSTANTS]])
    ends = [*edges[1:], times[-1] + np.timedelta64(1, "us")]
    for start, end in zip(edges, ends, strict=True):
        seen = dated.where(dated.rated_at < start)
        held = dated.where((dated.rated_at >= start) & (dated.rated_at < end))
        if len(seen) and len(held) and np.ptp(seen.values):
            yield seen, held


def _predict(model: RatingModel, seen: Ratings, held: Ratings) -> Asked:
    said = model.know(seen).predict(held.customers, held.products)
    return Asked(held.customers, {name: said[name] - held.values for name in MODELS})


def _together(parts: Sequence[Asked]) -> Asked:
    errors = {name: np.concatenate([part.errors[name] for part in parts]) for name in MODELS}
    return Asked(np.concatenate([part.customers for part in parts]), errors)


def _show(model: RatingModel, seen: Ratings, held: Ratings, model_name: str, least_ratings: int) -> Shown:
    """Make lists for customers who had rated before and liked something afterwards."""
    liked = held.where(held.values >= model.scale.liked_from)
    customers = np.intersect1d(seen.customers, liked.customers)
    mine, known = liked.of(customers), model.know(seen.of(customers))
    truth = mine.matrix(np.ones(len(mine)))
    worth = {}
    for ranker in RANKERS:
        lists = best_products(known, Chosen(model_name, ranker), LIST_LENGTH, least_ratings)
        hits = np.zeros((len(customers), LIST_LENGTH))
        if len(lists.customers):
            hit = np.asarray(truth[lists.customers, lists.products]).ravel()
            hits[lists.customers, lists.ranks - 1] = hit
        worth[ranker] = _list_metrics(hits, mine.per_customer())
    return Shown(customers, worth)


def _list_metrics(hits: Numbers, n_liked: Numbers) -> dict[str, Numbers]:
    """Return what lists are worth, per customer: hits × places, and how many products there were to find."""
    discounts = 1 / np.log2(np.arange(2, LIST_LENGTH + 2))
    ideal = np.cumsum(discounts)[np.minimum(n_liked, LIST_LENGTH).astype(int) - 1]
    return {
        "ndcg_at_10": hits @ discounts / ideal,
        "recall_at_10": hits.sum(axis=1) / n_liked,
        "hit_rate_at_10": (hits.sum(axis=1) > 0).astype(float),
    }


def _errors(asked: Asked, ratings: Ratings, redraws: Redraws) -> dict[str, dict[str, Estimate]]:
    """Return RMSE and MAE of every model over all ratings predicted, redrawn by customers."""
    whose, place = np.unique(asked.customers, return_inverse=True)
    sample = redraws.of([ratings.customer_ids[customer] for customer in whose])
    n = np.bincount(place).astype(float)
    found = {}
    for name, errors in asked.errors.items():
        sums = {"rmse": np.bincount(place, errors**2), "mae": np.bincount(place, np.abs(errors))}

        def compute(weights: Weights, rows: NDArray[np.int64], sums: Any = sums) -> dict[str, Numbers]:
            means = {metric: total[rows] @ weights / (n[rows] @ weights) for metric, total in sums.items()}
            return {"rmse": np.sqrt(means["rmse"]), "mae": means["mae"]}

        found[name] = sample.estimates(compute)
    return found


def _worth(shown: Shown, ratings: Ratings, redraws: Redraws) -> dict[str, dict[str, Estimate]]:
    """Return the mean worth of every ranker's lists, redrawn by customers."""
    sample = redraws.of([ratings.customer_ids[customer] for customer in shown.customers])
    found = {}
    for name, metrics in shown.worth.items():

        def compute(weights: Weights, rows: NDArray[np.int64], metrics: Any = metrics) -> dict[str, Numbers]:
            return {
                metric: values[rows] @ weights / weights.sum(axis=0) for metric, values in metrics.items()
            }

        found[name] = sample.estimates(compute)
    return found


def _simplest_as_good(names: Sequence[str], scores: Mapping[str, Estimate], sign: int) -> tuple[str, str]:
    """Return the simplest contender that redraws cannot tell from the best one, and the best one."""
    best = max(names, key=lambda name: sign * scores[name].value)
    for name in names:
        mine, its = scores[best].redraws, scores[name].redraws
        if name == best or mine is None or its is None:
            break
        if np.mean(sign * (mine - its) > 0) < SURELY:
            break
    return name, best


def _about_models(name: str, best: str, errors: Mapping[str, Mapping[str, Estimate]]) -> str:
    rmse = {one: figures["rmse"].value for one, figures in errors.items()}
    others = " and ".join(f"of {_words(one)} {rmse[one]:.3f}" for one in BASELINES if one not in (name, best))
    told = (
        f"Ratings are predicted by {_words(name)}: in five folds the error (RMSE) is {rmse[name]:.3f} points, that "
        f"{others}."
    )
    if name != best:
        told += f" Redrawing customers cannot tell it from {_words(best)} ({rmse[best]:.3f}), so the simpler one ships."
    return told


def _about_rankers(name: str, best: str, worth: Mapping[str, Mapping[str, Estimate]], n: int) -> str:
    ndcg = {one: figures["ndcg_at_10"].value for one, figures in worth.items()}
    others = ", ".join(f"that of {_words(one)} {ndcg[one]:.3f}" for one in RANKERS if one not in (name, best))
    told = (
        f"Lists are ordered by {_words(name)}: over {n} lists judged by what their customers liked afterwards NDCG@10 is "
        f"{ndcg[name]:.3f}, {others}."
    )
    if name != best:
        told += f" Redrawing customers cannot tell it from {_words(best)} ({ndcg[best]:.3f}), so the simpler one ships."
    return told


def _words(name: str) -> str:
    words = {
        "mean": "the mean of all ratings",
        "biases": "biases of customers and products alone",
        "factors": "biases and factors",
        "neighbors": "biases and similar products",
        "blend": "biases, factors and similar products together",
        "most_liked": "how many liked a product",
        "predicted_rating": "the predicted rating",
        "rating_and_popularity": "predicted rating and popularity",
    }
    return words[name]


def _rows(
    split: str, figures: Mapping[str, Mapping[str, Estimate]], baselines: Sequence[str], winner: str, n: int
) -> Iterator[Row]:
    for name, metrics in figures.items():
        for metric, estimate in metrics.items():
            low, high = estimate.interval
            yield {
                "split": split, "contender": name, "is_baseline": name in baselines, "is_winner": name == winner,
                "metric": metric, "value": estimate.value, "ci_low": low, "ci_high": high, "n": n,
            }  # fmt: skip
