"""Figures against scikit-learn and against numbers worked out by hand; redraws against rows repeated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from regulars.evaluation.bootstrap import Estimate, Redraws, Sample
from regulars.evaluation.metrics import (
    METRIC,
    amount_figures,
    concordance,
    equal_bins,
    probability_figures,
    timing_figures,
)
from regulars.models.contender import Predictions
from regulars.models.matrix import Numbers


def everybody(n: int) -> Sample:
    return Redraws([f"c{place}" for place in range(n)], n_redraws=20).of([f"c{place}" for place in range(n)])


def values(figures: dict[str, Estimate]) -> dict[str, float]:
    assert set(figures) <= set(METRIC)
    return {name: estimate.value for name, estimate in figures.items()}


def churn(score: Any, left: Any, threshold: float = 0.5, **options: Any) -> dict[str, float]:
    predictions = Predictions(np.asarray(score, float), **options)
    return values(probability_figures(predictions, np.asarray(left, float), everybody(len(left)), threshold))


def amounts(point: Any, actual: Any, low: Any = None, high: Any = None) -> dict[str, float]:
    given = [None if one is None else np.asarray(one, float) for one in (point, low, high)]
    return values(amount_figures(Predictions(*given), np.asarray(actual, float), everybody(len(actual))))


@st.composite
def scored(draw: st.DrawFn) -> tuple[Numbers, Numbers]:
    n = draw(st.integers(4, 60))
    dice = np.random.default_rng(draw(st.integers(0, 10_000)))
    score = np.round(dice.random(n), draw(st.sampled_from((1, 1, 8))))  # many ties, or none
    left = (dice.random(n) < 0.4).astype(float)
    left[:2] = 0, 1
    return score, left


@given(scored())
def test_probability_figures_are_scikit_learns(given: tuple[Numbers, Numbers]) -> None:
    score, left = given
    found, called = churn(score, left), score >= 0.5
    expected = {
        "roc_auc": sk.roc_auc_score(left, score),
        "average_precision": sk.average_precision_score(left, score),
        "brier": sk.brier_score_loss(left, score),
        "log_loss": sk.log_loss(left, np.clip(score, 1e-15, 1 - 1e-15)),
        "f1": sk.f1_score(left, called),
        "accuracy": sk.accuracy_score(left, called),
        "recall": sk.recall_score(left, called),
        "brier_skill": 1
        - sk.brier_score_loss(left, score) / sk.brier_score_loss(left, np.full(len(left), left.mean())),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-12)


@given(scored())
def test_amount_figures_are_scikit_learns(given: tuple[Numbers, Numbers]) -> None:
    point, actual = given[0] * 1000, given[1] * 700 - 3 * given[0]
    found = amounts(point, actual)
    assert found["r2"] == pytest.approx(sk.r2_score(actual, point), abs=1e-9)
    assert found["rmse"] == pytest.approx(sk.root_mean_squared_error(actual, point))
    assert found["mae"] == pytest.approx(sk.mean_absolute_error(actual, point))
    assert found["mae_of_zero"] == pytest.approx(sk.mean_absolute_error(actual, 0 * point))
    banded = amounts(point, actual, low=point - 100, high=point + 50)
    assert banded["pinball_10"] == pytest.approx(sk.mean_pinball_loss(actual, point - 100, alpha=0.1))
    assert banded["pinball_90"] == pytest.approx(sk.mean_pinball_loss(actual, point + 50, alpha=0.9))


@given(scored(), st.integers(0, 1000))
def test_a_redraw_is_the_figure_of_customers_repeated(given: tuple[Numbers, Numbers], seed: int) -> None:
    score, left = given
    weights = np.random.default_rng(seed).poisson(1.0, (len(score), 3)).astype(np.float32)
    weights[:2] += 1  # somebody who left and somebody who stayed
    sample = Sample(len(score), np.arange(len(score)), weights)
    found = probability_figures(Predictions(score), left, sample)
    money = amount_figures(Predictions(score), left * 50 + score, sample)
    for redraw in range(3):
        rows = np.repeat(np.arange(len(score)), weights[:, redraw].astype(int))
        expected = churn(score[rows], left[rows])
        for name in (
            "roc_auc",
            "average_precision",
            "lift_at_10pct",
            "brier",
            "brier_skill",
            "log_loss",
            "f1",
        ):
            assert found[name].redraws[redraw] == pytest.approx(expected[name], abs=1e-4, nan_ok=True), name  # type: ignore[index]
        repeated = amounts(score[rows], (left * 50 + score)[rows])
        for name in ("normalized_gini", "top_decile_share", "total_bias_pct", "rmse", "r2", "mae"):
            assert money[name].redraws[redraw] == pytest.approx(repeated[name], rel=1e-3, abs=1e-4), name  # type: ignore[index]


def test_lift_and_recall_of_the_first_tenth() -> None:
    # twenty customers, the two on top are one leaver and one stayer; five left in all
    left = np.array([1, 0, 1, 1, 1, 1, *[0] * 14])
    found = churn(np.linspace(1, 0, 20), left)
    assert found["recall_at_10pct"] == pytest.approx(1 / 5)
    assert found["lift_at_10pct"] == pytest.approx(2)
    # all are equally likely: the first tenth is any tenth
    assert churn(np.full(20, 0.3), left)["lift_at_10pct"] == pytest.approx(1)


def test_calibration_error_over_ten_equal_bins() -> None:
    # ten bins of two; in one of them 0.9 is said and one of two leaves, elsewhere 0.1 is said and nobody leaves
    score = np.array([0.1 + place / 1000 for place in range(18)] + [0.9, 0.9])
    left = np.array([0] * 18 + [1, 0])
    expected = sum(score[:18]) / 20 + 2 * (0.9 - 0.5) / 20
    assert churn(score, left)["calibration_error"] == pytest.approx(expected)
    assert set(equal_bins(np.full(50, 0.2))) == {5}  # equal scores are not torn apart
    assert np.bincount(equal_bins(np.arange(100.0))).tolist() == [10] * 10


def test_normalized_gini_by_hand() -> None:
    # actual 0, 0, 1, 3. Best order 3, 1, 0, 0: shares reached .75, 1, 1, 1; area (.375 + .875 + 1 + 1) / 4 = .8125,
    # Gini .625. Predicted order 1, 3, 0, 0: .25, 1, 1, 1; area (.125 + .625 + 1 + 1) / 4 = .6875, Gini .375.
    assert amounts([1, 2, 9, 8], [0, 0, 1, 3])["normalized_gini"] == pytest.approx(0.375 / 0.625)
    assert amounts([1, 1, 1, 1], [0, 0, 1, 3])["normalized_gini"] == pytest.approx(0)
    assert amounts([4, 3, 2, 1], [1, 2, 3, 4])["normalized_gini"] == pytest.approx(-1)


def test_totals_bands_and_single_customers_by_hand() -> None:
    found = amounts([10, 20, 0, 50], [0, 40, 0, 60], low=[0, 0, 0, 55], high=[5, 30, 10, 80])
    assert (found["predicted_total"], found["actual_total"]) == (80, 100)
    assert (found["total_bias"], found["total_bias_pct"]) == (-20, -20)
    assert found["median_ape"] == pytest.approx((50 + 100 / 6) / 2)  # of the two buyers
    assert (found["share_above_high"], found["share_below_low"]) == (0.25, 0)
    assert found["mae"] == pytest.approx(10)
    assert found["mae_of_zero"] == pytest.approx(25)
    assert found["spearman"] == pytest.approx(np.corrcoef([2, 3, 1, 4], [1.5, 3, 1.5, 4])[0, 1])


def test_a_negative_or_empty_total_has_no_bias_in_percent() -> None:
    found = amounts([1.0, 2.0], [-5.0, 1.0])
    assert np.isnan(found["total_bias_pct"])
    assert found["total_bias"] == pytest.approx(7)


def test_times_are_judged_as_far_as_the_horizon_shows() -> None:
    # horizon 30; actual 10, never, 5; medians 20, 100 (cut to 30), 5
    predictions = Predictions(
        np.array([20.0, 100.0, 5.0]), np.array([5.0, 40.0, 6.0]), np.array([25.0, np.inf, 9.0])
    )
    found = values(timing_figures(predictions, np.array([10, np.nan, 5]), 30, everybody(3)))
    assert found["pinball_50"] == pytest.approx((5 + 0 + 0) / 3)
    assert found["pinball_10"] == pytest.approx((0.5 + 0 + 0.9) / 3)
    assert found["pinball_90"] == pytest.approx((0.1 * 15 + 0 + 0.1 * 4) / 3)
    assert found["coverage"] == pytest.approx(2 / 3)
    assert found["concordance"] == 1


@given(st.integers(2, 40), st.integers(0, 10_000))
def test_concordance_is_the_share_of_pairs(n: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    score, days = dice.integers(0, 8, n).astype(float), dice.integers(0, 12, n).astype(float)
    happened = days < 10
    times = np.minimum(days, 10)
    right = known = 0.0
    for i in range(n):
        for j in range(n):
            if happened[i] and (times[i] < times[j] or (times[i] == times[j] and not happened[j])):
                known += 1
                right += 1 if score[i] < score[j] else 0.5 * (score[i] == score[j])
    expected = right / known if known else float("nan")
    assert concordance(score, times, happened) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("left", [[0, 0, 0], [1, 1, 1]])
def test_one_class_has_no_auc_but_a_brier(left: list[int]) -> None:
    found = churn([0.1, 0.5, 0.9], left)
    assert np.isnan(found["roc_auc"])
    assert np.isnan(found["brier_skill"])
    assert 0 < found["brier"] < 1


def test_one_customer_and_nobody() -> None:
    assert churn([0.3], [1])["brier"] == pytest.approx(0.49)
    assert amounts([3.0], [5.0])["total_bias"] == pytest.approx(-2)
    assert amounts([], [])["n_customers"] == 0
    assert churn([], [])["n_customers"] == 0


def test_what_only_ranks_is_judged_by_its_order_alone() -> None:
    found = churn([3, 400, 20], [0, 1, 0], ranks_only=True)
    assert found["roc_auc"] == 1
    assert "brier" not in found
