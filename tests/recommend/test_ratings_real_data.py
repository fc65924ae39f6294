"""Film ratings: better than the best of what `scikit-surprise` offers, on folds drawn alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.ratings import N_FOLDS, SEED

from regulars.engines.duckdb import DuckDBEngine
from regulars.recommend.ratings.data import read_ratings, scale_of
from regulars.recommend.ratings.model import MODELS, RatingModel
from regulars.settings import Settings
from regulars.warehouse.build import build
from regulars.warehouse.clock import default_cutoff
from regulars.warehouse.history import History

BEST_OF_SURPRISE = 0.8752
"""RMSE over five folds, as `python -m benchmarks.ratings` measured it: KNNBaseline between items, Pearson around the
baseline. SVD++ came to 0.890, KNNBaseline as it comes to 0.897 and SVD to 0.901."""
FOLDS_HERE = 2
"""Of the five; all of them are the benchmark's."""


@pytest.mark.real_data
@pytest.mark.slow
def test_films_are_predicted_better_than_by_surprise(real_data: Path) -> None:
    from regulars.ingest.landing import land
    from regulars.ingest.sources import open_sources

    settings = Settings()
    with DuckDBEngine() as engine:
        land(
            engine,
            open_sources([real_data / "movielens_latest_small" / "ratings.csv.gz"], settings),
            settings,
        )
        build(engine, settings)
        ratings = read_ratings(History(engine, default_cutoff(engine)))
    assert (len(ratings), ratings.shape) == (100_004, (671, 9_066))
    scale = scale_of(ratings.values, settings.ratings)
    assert (scale.lowest, scale.highest) == (0.5, 5.0)
    fold = np.random.default_rng(SEED).permutation(len(ratings)) % N_FOLDS
    rmse: dict[str, list[float]] = {name: [] for name in MODELS}
    for number in range(FOLDS_HERE):
        seen, held = ratings.where(fold != number), ratings.where(fold == number)
        said = RatingModel.fit(seen, scale).know(seen).predict(held.customers, held.products)
        for name, values in said.items():
            rmse[name].append(float(np.sqrt(np.mean((values - held.values) ** 2))))
    means = {name: np.mean(values) for name, values in rmse.items()}
    assert means["blend"] < BEST_OF_SURPRISE - 0.008
    assert means["blend"] < means["neighbors"] < means["factors"] < means["biases"] < means["mean"]
