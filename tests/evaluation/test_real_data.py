"""UCI Online Retail II: what plain rules reach, so that models have something to be held against."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.evaluation.backtest import Backtest, judge_all
from regulars.evaluation.plan import plan_at
from regulars.evaluation.snapshots import collect
from regulars.models.matrix import FeatureMatrix
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.warehouse.clock import default_cutoff, first_order_at

from .conftest import Told

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


def recency(matrix: FeatureMatrix) -> Any:
    return matrix.column("days_since_last_order")


def frequency(matrix: FeatureMatrix) -> Any:
    return -matrix.column("n_orders")


def same_rate(matrix: FeatureMatrix) -> Any:
    return 90 * matrix.column("revenue_to_date") / np.maximum(matrix.column("days_since_first_order"), 90)


@pytest.fixture(scope="module")
def proof(online_retail_ii: DuckDBEngine) -> Backtest:
    engine = online_retail_ii
    tests = [Cutoff(datetime(2010, 12, 9)), Cutoff(datetime(2011, 9, 9))]
    first = first_order_at(engine)
    assert first is not None
    plan = plan_at(tests, first, default_cutoff(engine), 90)
    plan = type(plan)(plan.until, plan.horizon_days, plan.tests, plan.tests, plan.reason)
    contenders = [
        Told("recency", recency, ranks_only=True, is_baseline=True),
        Told("frequency", frequency, ranks_only=True, is_baseline=True),
        Told("nobody_returns", lambda m: np.ones(len(m)), is_baseline=True),
        Told("zero", lambda m: np.zeros(len(m)), "value", is_baseline=True),
        Told("same_rate", same_rate, "value", is_baseline=True),
    ]
    return judge_all(plan, collect(engine, plan, Settings()), contenders, Settings())


def figures(proof: Backtest, target: Any, model: str, metric: str) -> list[float]:
    return [round(one.value(metric), 4) for one in proof.of(target, model)]


def test_what_came_after_the_ninth_of_september(proof: Backtest) -> None:
    last = proof.snapshots[-1]
    assert len(last.matrix) == 5254
    assert last.labels.churned.mean() == pytest.approx(0.5664, abs=1e-4)
    assert last.labels.revenue_next.sum() == pytest.approx(2_717_547.081)
    assert last.labels.gross_revenue_next.sum() == pytest.approx(2_810_406.991)


def test_recency_reaches_three_quarters(proof: Backtest) -> None:
    assert figures(proof, "churn", "recency", "roc_auc") == [0.7088, 0.7615]
    assert figures(proof, "churn", "frequency", "roc_auc")[1] == pytest.approx(0.76, abs=0.03)
    low, high = proof.of("churn", "recency")[1].figures["roc_auc"].interval
    assert low is not None
    assert high is not None
    assert 0.745 < low < 0.7615 < high < 0.778


def test_zero_wins_the_mean_absolute_error_and_nothing_else(proof: Backtest) -> None:
    zero, rate = (proof.of("value", name)[1] for name in ("zero", "same_rate"))
    assert zero.value("mae") == pytest.approx(zero.value("mae_of_zero"))
    assert zero.value("normalized_gini") == pytest.approx(0)
    assert zero.value("total_bias_pct") == pytest.approx(-100)
    assert rate.value("normalized_gini") > 0.7


def test_nothing_in_the_features_looks_into_the_future(proof: Backtest) -> None:
    assert proof.leaks.features == {}
    assert max(proof.leaks.feature_aucs.values()) < 0.82
