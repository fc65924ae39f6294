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

HERE = Path(__file__).parent
CUTOFF = datetime(2011, 9, 10)
AFTER_EVERYTHING = datetime(2012, 1, 1)
HORIZONS = (60, 90)
LAPSED_DAYS = 60
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


def percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"


def page(a: dict[str, Any], b: dict[str, Any]) -> str:
    """Return the page in Markdown."""
    past, near, far = a["published"], a["future"][60], a["future"][90]
    wholesale = b["future"]
    return f"""# Why not 1.000?

A widely read analysis of a gift shop's orders (UCI Online Retail, one year) reports a churn model with an AUC of 1.000:
it never once puts a customer who left behind one who stayed. Here is how that figure comes about, and what the same
orders really allow. A test makes this page from the data; see `tests/published`.

*AUC* is the chance that, of one customer who left and one who stayed, the model gives the higher risk to the one who
left. Tossing a coin has 0.5. What is left to say of people who have not decided yet lies well below 1.

## How to get 1.000

The label says that a customer has “churned” when the last purchase is more than {LAPSED_DAYS} days old. The features that the
model may look at contain the days since the last purchase. So the model is asked what it has just been told:

* {past["lapsed"]:,} of {past["customers"]:,} customers have the label, the same ones as in the published figure.
* Everybody with the label last bought {past["shortest_lapsed"]:.2f} days ago or earlier, everybody without it {past["longest_kept"]:.2f} days ago
  or later: one line through one column parts them without a mistake. AUC of that column alone: {past["recency"]:.3f}.
* The published model, a balanced random forest of 200 trees on recency, frequency, money and thirteen behavioral metrics,
  tested on customers it had not seen: {past["forest"]:.3f}. (The list of the thirteen is not published; ours stand in their
  place. It does not matter: one column is enough.)
* Without that column the same forest has {past["without_recency"]:.3f}. It still says who has not been here lately, which the
  order book says too.

Nothing was predicted. Nobody in the label left *after* the model looked.

## What the same data allow

Draw a line on {CUTOFF:%-d %B %Y}. Everything the model may know lies before it; whether somebody stays away is read from the days
after it. The forest learns from an earlier line whose days after were over by then.

| question asked on {CUTOFF:%-d %B %Y} | customers | stayed away | published model | days since the last purchase alone | same forest, asked about the future |
|---|---|---|---|---|---|
| No purchase in the next 60 days? | {near["customers"]:,} | {percent(near["away_share"], 1)} | {near["published_forest"]:.3f} | {near["recency"]:.3f} | {near["forest"]:.3f} |
| No purchase in the next 90 days? | {far["customers"]:,} | {percent(far["away_share"], 1)} | {far["published_forest"]:.3f} | {far["recency"]:.3f} | {far["forest"]:.3f} |

The model of the 1.000 is worth no more than a list sorted by the last purchase. Of the {near["lapsed"]:,} customers whom the label
had written off that day, {percent(near["lapsed_who_returned"])} bought within 60 days; of those it counted as safe, {percent(near["kept_who_stayed_away"])} did not.

## The same story once more: 0.959

A second analysis (UCI Online Retail II, two years) reports 0.959 and a recall of 99.5 %. Its label is a formula over columns that
are features as well, and the formula is not published in full, so the figure cannot be rebuilt here. On that data, for the 90 days
after the same line ({wholesale["customers"]:,} customers, {percent(wholesale["away_share"], 1)} of whom stayed away), days since the last purchase alone have
{wholesale["recency"]:.3f} and the forest {wholesale["forest"]:.3f}.

## What to make of it

An AUC near 1 in a shop without contracts is not a very good model; it is a question whose answer was among the inputs. Ask of
any churn figure: *on which day was it made, and did what it foretells happen after that day?* Here both are always printed, beside
the plain list sorted by the last purchase, and a model that looks too good is held back and the column that gives it away is named.
"""
