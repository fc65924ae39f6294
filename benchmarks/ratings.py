"""Predicting ratings: five folds of MovieLens, beside `scikit-surprise` on the same folds.

`python -m benchmarks.ratings`: 100,004 ratings of 671 people (`movielens_latest_small`; REGULARS_DATA names the folder
above it). Everybody fits on four folds and predicts the fifth, five times over, in a process of its own with one
thread; reading the file is not measured. What we take holds the choice of our own tuning, in every fold anew.

Beside it the figures that Surprise publishes for MovieLens 100k. These are other ratings (943 people, 1,682 films,
whole stars), so only the order of the algorithms can be compared with the ones measured here.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure

N_FOLDS = 5
SEED = 7
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
PEERS: dict[str, tuple[str, dict[str, Any]]] = {
    "Baseline": ("BaselineOnly", {"verbose": False}),
    "SVD": ("SVD", {"random_state": 0}),
    "SVD++": ("SVDpp", {"random_state": 0}),
    "KNNBaseline": ("KNNBaseline", {"verbose": False}),
    "KNNBaseline, items": (
        "KNNBaseline",
        {"verbose": False, "sim_options": {"name": "pearson_baseline", "user_based": False}},
    ),
}
"""As they come, and neighbors once more the way Surprise's own documentation advises."""
PUBLISHED = {
    "Baseline": (0.944, 0.748), "SVD": (0.934, 0.737), "SVD++": (0.919, 0.721), "KNNBaseline": (0.931, 0.733),
}  # fmt: skip
"""RMSE and MAE on MovieLens 100k, as in the README of scikit-surprise 1.1.5."""


def read() -> Any:
    """Return the ratings as a pandas table, with the fold of each."""
    import pandas as pd

    default = measure.ROOT.parent / "shared" / "data"
    folder = Path(os.environ.get("REGULARS_DATA", default)) / "movielens_latest_small"
    rows = pd.read_csv(folder / "ratings.csv.gz")
    rows["fold"] = np.random.default_rng(SEED).permutation(len(rows)) % N_FOLDS
    return rows


def regulars(model: str) -> dict[str, Any]:
    """Fit everything, tuning included, and predict by one of our models."""
    import pandas as pd
    import scipy.optimize  # what is imported on first use is not the fit
    import scipy.sparse  # noqa: F401

    from regulars.recommend.ratings.data import Ratings, scale_of
    from regulars.recommend.ratings.model import RatingModel
    from regulars.settings import Ratings as RatingSettings

    rows = read()
    customers, customer_ids = pd.factorize(rows.userId.astype(str), sort=True)
    products, product_ids = pd.factorize(rows.movieId.astype(str), sort=True)
    ratings = Ratings(
        tuple(customer_ids),
        tuple(product_ids),
        customers.astype(np.int64),
        products.astype(np.int64),
        rows.rating.to_numpy(float),
        np.full(len(rows), np.datetime64("NaT", "us")),
    )
    scale = scale_of(ratings.values, RatingSettings())

    def predict(fold: int) -> Any:
        seen, held = ratings.where(rows.fold.to_numpy() != fold), ratings.where(rows.fold.to_numpy() == fold)
        known = RatingModel.fit(seen, scale).know(seen)
        return known.predict(held.customers, held.products)[model]

    return measured(rows, predict)


def surprise(name: str) -> dict[str, Any]:
    """Fit and predict with one of Surprise's algorithms."""
    import surprise as library

    kind, options = PEERS[name]
    rows = read()
    reader = library.Reader(rating_scale=(0.5, 5.0))
    columns = ["userId", "movieId", "rating"]

    def predict(fold: int) -> Any:
        seen, held = rows[rows.fold != fold], rows[rows.fold == fold]
        trainset = library.Dataset.load_from_df(seen[columns], reader).build_full_trainset()
        fitted = getattr(library, kind)(**options).fit(trainset)
        pairs = zip(held.userId, held.movieId, strict=True)
        return np.array([fitted.predict(user, item).est for user, item in pairs])

    return measured(rows, predict)


def measured(rows: Any, predict: Callable[[int], Any]) -> dict[str, Any]:
    """Return mean error over the folds, and the seconds of fits and predictions."""
    wall, cpu = time.perf_counter(), time.process_time()
    said = [predict(fold) for fold in range(N_FOLDS)]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    errors = [said[fold] - rows.rating[rows.fold == fold].to_numpy() for fold in range(N_FOLDS)]
    return {
        "rmse": float(np.mean([np.sqrt(np.mean(one**2)) for one in errors])),
        "mae": float(np.mean([np.mean(np.abs(one)) for one in errors])),
        "seconds": wall,
        "cpu_seconds": cpu,
    }


def compare(skipped: list[str]) -> Iterator[dict[str, Any]]:
    """Run everybody one after the other."""
    for model in ("biases", "blend"):
        yield _row(
            "regulars", model, measure.call("benchmarks.ratings:regulars", model, environment=ONE_THREAD)
        )
    for name in PEERS:
        if name not in skipped:
            found = measure.call("benchmarks.ratings:surprise", name, environment=ONE_THREAD)
            yield _row("surprise", name, found)


def _row(library: str, model: str, found: measure.Measured) -> dict[str, Any]:
    row = {"library": library, "model": model, **found.result, "peak_mb": found.peak_mb}
    if model in PUBLISHED and library == "surprise":
        row["published_100k_rmse"], row["published_100k_mae"] = PUBLISHED[model]
    return row


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Write errors with more digits than a table has."""
    return {
        name: f"{value:.4f}" if name in ("rmse", "mae") else f"{value:.3f}" if "published" in name else value
        for name, value in row.items()
    }


def main() -> int:
    """Compare, print and record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--skip", action="append", default=[], choices=PEERS, help="leave an algorithm out")
    rows = list(compare(parser.parse_args().skip))
    measure.record("ratings", rows)
    measure.show("five folds of movielens_latest_small", [_shown(row) for row in rows])
    ours = next(row for row in rows if row["model"] == "blend")
    print(f"the blend: {ours['rmse']:.4f} in {ours['cpu_seconds']:.1f} processor seconds; beside it")
    for row in sorted((row for row in rows if row is not ours), key=lambda row: row["rmse"]):
        print(
            f"  {row['library']} {row['model']}: {row['rmse'] - ours['rmse']:+.4f}, "
            f"{row['cpu_seconds'] / ours['cpu_seconds']:.2f} times the processor time"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
