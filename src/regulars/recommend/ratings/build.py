"""Ratings before the cut-off → what each customer would rate highest, and a summary of what there was to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.engines.duckdb import quoted
from regulars.engines.queries import load
from regulars.recommend.ratings.data import Ratings, Scale, read_ratings, scale_of
from regulars.recommend.ratings.model import KnownCustomers, RatingModel
from regulars.recommend.ratings.tables import RATING_PREDICTIONS, RATING_SUMMARY
from regulars.recommend.ratings.top import Chosen, Lists, best_products
from regulars.terms.tables import TableSpec

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings
    from regulars.warehouse.history import History

FEWEST_RATINGS = 50


@dataclass(frozen=True)
class Rated:
    """What was rated before a cut-off, on its scale; `cannot` says why nothing can be learned from it, if so."""

    ratings: Ratings
    scale: Scale
    n_off_scale: int
    cannot: str = ""


@dataclass(frozen=True)
class FittedRatings:
    """What a release keeps of a model: the model, the ids of its products, and what was chosen."""

    model: RatingModel
    product_ids: tuple[str, ...]
    chosen: Chosen


def rated(history: History, settings: Settings) -> Rated | None:
    """Return what can be learned from; None when nothing was rated.

    Time: ratings before the cut-off, and those without a time.
    """
    ratings = read_ratings(history)
    if not len(ratings):
        return None
    scale = scale_of(ratings.values, settings.ratings)
    inside = (ratings.values >= scale.lowest) & (ratings.values <= scale.highest)
    found = Rated(ratings.where(inside), scale, int((~inside).sum()))
    return replace(found, cannot=_cannot(found.ratings))


def _cannot(ratings: Ratings) -> str:
    """Say why nothing can be learned from ratings; empty when something can."""
    n_customers, n_products = len(np.unique(ratings.customers)), len(np.unique(ratings.products))
    if n_customers < 2:
        return (
            f"All ratings are of {n_customers} customer: what others would rate cannot be learned from them."
        )
    if n_products < 2:
        return f"All ratings are of {n_products} product: there is nothing to choose from."
    if np.ptp(ratings.values) == 0:
        return f"Every rating is {ratings.values[0]:g}: ratings that are all equal tell nothing of taste."
    if len(ratings) < FEWEST_RATINGS:
        return f"There are {len(ratings)} ratings; from {FEWEST_RATINGS} on they are learned from."
    return ""


def build_ratings(
    history: History, found: Rated | None, chosen: Chosen | None, settings: Settings
) -> FittedRatings | None:
    """Make the temporary tables ``rating_predictions`` and ``rating_summary``.

    Parameters
    ----------
    found
        What was rated; without it the tables are empty.
    chosen
        What won; without it there is a summary and no list.

    Returns
    -------
    What a release keeps of the model; None when there is none.
    """
    keep_rows(history.engine, RATING_PREDICTIONS)
    if found is None:
        keep_rows(history.engine, RATING_SUMMARY)
        return None
    known, lists = None, None
    if chosen and not found.cannot:
        known = RatingModel.fit(found.ratings, found.scale).know(found.ratings)
        lists = best_products(
            known, chosen, settings.ratings.products_per_customer, settings.ratings.least_ratings
        )
        _keep_lists(history, known, lists, settings)
    keep_rows(history.engine, RATING_SUMMARY, [_summary(history, found, chosen, lists, settings)])
    return FittedRatings(known.model, found.ratings.product_ids, chosen) if known and chosen else None


def _keep_lists(history: History, known: KnownCustomers, lists: Lists, settings: Settings) -> None:
    import pyarrow as pa

    ratings, model = known.ratings, known.model
    liked = ratings.where(ratings.values >= model.scale.liked_from)
    speaking = known.residuals.multiply(liked.matrix(np.ones(len(liked)))).tocsr()
    because = model.neighbors.nearest_reasons(speaking, lists.customers, lists.products)
    names = np.array([*ratings.product_ids, None], dtype=object)
    own = ratings.matrix(ratings.values)
    rows = pa.table(
        {
            "customer_id": np.array(ratings.customer_ids, dtype=object)[lists.customers],
            "rank": lists.ranks,
            "product_id": names[lists.products],
            "predicted_rating": lists.predicted,
            "score": lists.scores,
            "n_ratings": model.n_ratings[lists.products].astype(np.int64),
            "mean_rating": (model.biases.mean + model.biases.of_products)[lists.products],
            "because_id": names[because],
            "because_rating": np.asarray(own[lists.customers, np.maximum(because, 0)]).ravel(),
        }
    )
    history.need("products")
    with history.engine.registered("rated_lists", rows):
        history.engine.insert(
            RATING_PREDICTIONS.name, load("regulars.recommend", "ratings/rating_predictions")
        )


def _summary(
    history: History, found: Rated, chosen: Chosen | None, lists: Lists | None, settings: Settings
) -> Mapping[str, Any]:
    ratings, scale = found.ratings, found.scale
    n_customers, n_products = len(np.unique(ratings.customers)), len(np.unique(ratings.products))
    n_without_time = int(np.isnat(ratings.rated_at).sum())
    row: dict[str, Any] = {
        "cutoff": history.cutoff.at, "n_ratings": len(ratings), "n_customers": n_customers, "n_products": n_products,
        "n_off_scale": found.n_off_scale, "n_without_time": n_without_time, "lowest": scale.lowest,
        "highest": scale.highest, "liked_from": scale.liked_from,
        "sentences": " ".join(_sentences(found, chosen, n_without_time)),
    }  # fmt: skip
    if len(ratings):
        row |= {
            "rated_share": len(ratings) / (n_customers * n_products),
            "mean_rating": float(ratings.values.mean()),
        }
    if chosen and lists is not None:
        full = np.bincount(lists.customers, minlength=1) >= settings.ratings.products_per_customer
        row |= {
            "model": chosen.model,
            "ranker": chosen.ranker,
            "customer_coverage": int(full.sum()) / n_customers,
            "catalog_coverage": len(np.unique(lists.products)) / n_products,
        }
    return row


def _sentences(found: Rated, chosen: Chosen | None, n_without_time: int) -> Sequence[str]:
    told = [found.cannot] if found.cannot else list(chosen.sentences if chosen else ())
    if found.n_off_scale:
        told.append(
            f"{found.n_off_scale:,} of the ratings lie outside {found.scale.lowest:g} to {found.scale.highest:g} and "
            "are left out; say the scale in the settings (ratings.lowest, ratings.highest) to have them set aside."
        )
    if n_without_time:
        told.append(f"{n_without_time:,} ratings have no time and count as known at any cut-off.")
    return told


def keep_rows(engine: DuckDBEngine, spec: TableSpec, rows: Sequence[Mapping[str, Any]] = ()) -> None:
    """Make a temporary table as its spec says, of rows."""
    import pyarrow as pa

    columns = ", ".join(f"{quoted(column.name)} {column.type}" for column in spec)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(spec.name)} ({columns})")
    if rows:
        engine.insert_arrow(spec.name, pa.Table.from_pylist([dict(row) for row in rows]))
