"""Too good to be true: a planted leak is found, named and kept out; a shop may accept it with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from regulars.evaluation.backtest import judge_all
from regulars.evaluation.leak import FEWEST_PER_CLASS, leak_report
from regulars.models.matrix import FeatureMatrix
from regulars.models.training import Snapshot
from regulars.settings import Settings

from .conftest import CUTOFFS, Told, by_recency, likely, plan, snapshot


def planted(one: Snapshot, hidden: bool = False) -> Snapshot:
    """Return a snapshot whose feature ``oracle`` knows who left; where hidden, only by being unknown."""
    values = one.matrix.values.copy()
    known = one.labels.churned + (0.2 * values[:, 3])
    values[:, 3] = np.where(one.labels.churned == 1, np.nan, values[:, 3]) if hidden else known
    return replace(one, matrix=replace(one.matrix, values=values))


def all_features(matrix: FeatureMatrix) -> Any:
    return np.clip(np.nan_to_num(matrix.column("oracle"), nan=1), 0.01, 0.99)


@pytest.mark.parametrize("hidden", [False, True])
def test_a_feature_that_knows_the_future_is_named(snapshots: list[Snapshot], hidden: bool) -> None:
    told = [planted(one, hidden) for one in snapshots]
    report = leak_report(told[-4:], [])
    assert list(report.features) == ["oracle"]
    assert "the feature oracle alone tells leavers from stayers with an AUC of" in report.features["oracle"]


def test_nothing_is_said_where_nothing_is_wrong(snapshots: list[Snapshot]) -> None:
    report = leak_report(snapshots, [])
    assert (report.features, report.models) == ({}, {})
    assert 0.6 < report.feature_aucs["days_since_last_order"] < 0.8


def test_a_model_that_reads_it_is_kept_out_and_one_that_does_not_ships(snapshots: list[Snapshot]) -> None:
    told = [planted(one) for one in snapshots]
    contenders = [
        Told("lightgbm", all_features, complexity=50, inputs=None),
        Told("value_of_all", lambda m: m.column("oracle"), "value", inputs=None),
        Told("recency", by_recency, is_baseline=True, inputs=("days_since_last_order",)),
    ]
    found = judge_all(plan(told), told, contenders, Settings())
    assert found.winner("churn") == "recency"
    assert found.winner("value") is None
    assert "oracle" in found.verdicts["value"].sentence
    (card,) = [
        json.loads(row["card"])
        for row in found.tables["model_cards"].to_pylist()
        if row["model"] == "lightgbm"
    ]
    assert "oracle" in card["suspicion"]
    assert card["is_winner"] is False


def test_a_shop_may_accept_it_with_a_reason(snapshots: list[Snapshot]) -> None:
    told = [planted(one) for one in snapshots]
    settings = Settings(predictions={"accept_leak": {"churn": "the label is that easy"}})  # type: ignore[arg-type]
    contenders = [Told("lightgbm", all_features, complexity=50, inputs=None), Told("recency", by_recency)]
    found = judge_all(plan(told), told, contenders, settings)
    assert found.winner("churn") == "lightgbm"
    (card,) = [one for one in found.cards if one["is_winner"]]
    assert card["accepted_because"] == "the label is that easy"


def test_a_model_far_ahead_of_habit_is_suspected(snapshots: list[Snapshot]) -> None:
    # what it knows is not in any one feature: habits reach 0.7, it reaches 0.9
    truth = {one.cutoff.at: one.labels.churned for one in snapshots}

    def knows(matrix: FeatureMatrix) -> Any:
        left = truth[matrix.cutoffs[0].item()]
        return np.clip(0.3 + 0.4 * left + 0.22 * np.random.default_rng(1).standard_normal(len(matrix)), 0, 1)

    found = judge_all(plan(snapshots), snapshots, [Told("knows", knows), Told("fair", likely)], Settings())
    assert 0.85 < found.median("churn", "knows", "roc_auc") < 0.95
    assert "more than 0.15 above what recency, frequency and BG/NBD reach" in found.leaks.models["knows"]
    assert "days_since_last_order" in found.leaks.models["knows"]
    assert found.winner("churn") == "fair"


def test_a_perfect_model_is_suspected(snapshots: list[Snapshot]) -> None:
    truth = {one.cutoff.at: one.labels.churned for one in snapshots}
    perfect = Told("perfect", lambda matrix: truth[matrix.cutoffs[0].item()])
    found = judge_all(plan(snapshots), snapshots, [perfect], Settings())
    assert found.winner("churn") is None
    assert "which the future allows nobody" in found.verdicts["churn"].sentence


def test_a_handful_of_customers_proves_nothing() -> None:
    few = [planted(snapshot(cutoff, n=2 * FEWEST_PER_CLASS - 1)) for cutoff in CUTOFFS]
    assert leak_report(few, []).features == {}
