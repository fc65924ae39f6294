"""What the predictions of reference systems A and B say of the past, and what the same data allow about the future."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import load_file

LAPSED_DAYS = 60
HERE = Path(__file__).parent
CUTOFF = datetime(2011, 9, 10)
AFTER_EVERYTHING = datetime(2012, 1, 1)
HORIZONS = (60, 90)
DORMANT = 2
OUTCOMES = ("stayed_away", "spend_next", "days_to_next")

Numbers = NDArray[np.float64]
Snapshot = dict[str, Numbers]


@cache
def compute(data: Path) -> dict[str, dict[str, Any]]:
    """Return the figures about predictions of both systems, by name, from the files as they came."""
    with DuckDBEngine() as engine:
        found = {}
        for name, file in (("a", "online_retail_kaggle.csv.gz"), ("b", "online_retail_II.csv.gz")):
            engine.create(name, load_file(HERE / f"load_{name}.sql"), {"path": str(data / file)})
            engine.create("sold", load_file(HERE / f"sold_{name}.sql"))
            found[name] = figures_of_a(engine) if name == "a" else figures_of_b(engine)
        return found


def customers_at(engine: DuckDBEngine, cutoff: datetime, horizon_days: int = 0) -> Snapshot:
    """Return what was known of every customer before a cut-off, and what happened within the horizon, by column.

    Rounded, since sums of doubles differ in their last digits from run to run, and a forest may split on those.
    """
    table = engine.arrow(
        load_file(HERE / "customers_at.sql"), {"cutoff": cutoff, "horizon_days": horizon_days}
    )
    return {
        name: np.array([np.nan if v is None else round(float(v), 6) for v in table[name].to_pylist()])
        for name in table.column_names
    }


def inputs(customers: Snapshot, *left_out: str) -> Numbers:
    """Return the features as a matrix."""
    return np.column_stack([v for name, v in customers.items() if name not in (*OUTCOMES, *left_out)])


def forest(features: Numbers, label: Numbers) -> Any:
    """Return the published model: a balanced random forest of 200 trees."""
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(n_estimators=200, class_weight="balanced", random_state=0)
    return model.fit(features, label)


def roc_auc(label: Numbers, score: Numbers) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(label, score))


def figures_of_a(engine: DuckDBEngine) -> dict[str, Any]:
    everything = customers_at(engine, AFTER_EVERYTHING)
    return {
        "cutoff": CUTOFF.date(),
        "published": formula_label(everything),
        "future": {h: future(engine, CUTOFF, h) | judged_by_the_future(engine, CUTOFF, h) for h in HORIZONS},
    }


def formula_label(customers: Snapshot) -> dict[str, Any]:
    """Return how well a label made of recency is found again, with recency among the features and without."""
    from sklearn.model_selection import train_test_split

    recency = customers["recency_days"]
    lapsed = lapsed_of(customers)
    train, test = train_test_split(np.arange(len(lapsed)), test_size=0.25, stratify=lapsed, random_state=0)
    found: dict[str, Any] = {
        "customers": len(lapsed),
        "lapsed": int(lapsed.sum()),
        "longest_kept": float(recency[lapsed == 0].max()),
        "shortest_lapsed": float(recency[lapsed == 1].min()),
        "recency": roc_auc(lapsed, recency),
    }
    for name, features in (
        ("forest", inputs(customers)),
        ("without_recency", inputs(customers, "recency_days")),
    ):
        score = forest(features[train], lapsed[train]).predict_proba(features[test])[:, 1]
        found[name] = roc_auc(lapsed[test], score)
    return found


def future(engine: DuckDBEngine, cutoff: datetime, horizon_days: int) -> dict[str, Any]:
    """Return what can be said before a cut-off of who stays away after it.

    The forest learns from an earlier cut-off whose window was over by then.
    """
    past = customers_at(engine, cutoff - timedelta(days=horizon_days), horizon_days)
    now = customers_at(engine, cutoff, horizon_days)
    away = now["stayed_away"]
    score = forest(inputs(past), past["stayed_away"]).predict_proba(inputs(now))[:, 1]
    return {
        "customers": len(away),
        "away_share": float(away.mean()),
        "recency": roc_auc(away, now["recency_days"]),
        "forest": roc_auc(away, score),
    }


def judged_by_the_future(engine: DuckDBEngine, cutoff: datetime, horizon_days: int) -> dict[str, Any]:
    """Return what the published model, fitted on its own label before a cut-off, knows of what comes after."""
    now = customers_at(engine, cutoff, horizon_days)
    away, lapsed = now["stayed_away"], lapsed_of(now)
    score = forest(inputs(now), lapsed).predict_proba(inputs(now))[:, 1]
    return {
        "published_forest": roc_auc(away, score),
        "lapsed": int(lapsed.sum()),
        "lapsed_who_returned": float(1 - away[lapsed == 1].mean()),
        "kept_who_stayed_away": float(away[lapsed == 0].mean()),
    }


def lapsed_of(customers: Snapshot) -> Numbers:
    """Return the published label: the last purchase lies more than 60 × 24 hours before the last time stamp."""
    return (customers["recency_days"] > LAPSED_DAYS).astype(float)


def figures_of_b(engine: DuckDBEngine) -> dict[str, Any]:
    from scipy.stats import spearmanr

    now = customers_at(engine, CUTOFF, 90)
    windows = window(now["recency_days"])
    true_windows = window(np.nan_to_num(now["days_to_next"], nan=np.inf))
    return {
        "cutoff": CUTOFF.date(),
        "future": future(engine, CUTOFF, 90),
        "spend_rank_correlation": float(spearmanr(now["spend"], now["spend_next"]).statistic),
        "past_spend_r2": past_spend_from_the_past(customers_at(engine, AFTER_EVERYTHING)),
        "window_auc": roc_auc(windows == DORMANT, now["recency_days"]),
        "window_accuracy": float((windows == true_windows).mean()),
        "always_dormant": float((true_windows == DORMANT).mean()),
    }


def window(days: Numbers) -> Numbers:
    """Return 0 up to 30 days, 1 up to 90, 2 beyond."""
    return np.searchsorted([30, 90], days, side="left").astype(float)


def past_spend_from_the_past(customers: Snapshot) -> float:
    """Return R² of past spend, learned from the other figures of the same past and checked on other customers."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.metrics import r2_score
    from sklearn.model_selection import train_test_split

    features, spend = inputs(customers, "spend"), customers["spend"]
    train, test = train_test_split(np.arange(len(spend)), test_size=0.25, random_state=0)
    model = RandomForestRegressor(n_estimators=50, random_state=0).fit(features[train], spend[train])
    return float(r2_score(spend[test], model.predict(features[test])))
