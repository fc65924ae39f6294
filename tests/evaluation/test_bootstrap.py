"""Intervals: the same customers in every redraw, as wide as theory says."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.evaluation import bootstrap
from regulars.evaluation.bootstrap import Estimate, Redraws
from regulars.evaluation.metrics import probability_figures
from regulars.models.contender import Predictions


def ids(n: int) -> list[str]:
    return [f"c{place:06d}" for place in range(n)]


def test_a_customer_weighs_the_same_at_every_cut_off() -> None:
    redraws = Redraws(ids(50))
    one, other = redraws.of(ids(50)[:20]), redraws.of(ids(50)[10:])
    assert np.array_equal(one.weights[10:], other.weights[:10])
    assert np.array_equal(Redraws(ids(50)).of(ids(50)).weights, redraws.of(ids(50)).weights)
    mask = np.arange(20) % 3 == 0
    assert np.array_equal(one.subset(mask).weights, one.weights[mask])


@pytest.mark.parametrize("most", [10_000, 1_000])
def test_the_interval_of_a_share_is_the_binomial_one(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "MOST_CUSTOMERS", most)
    n, dice = 4_000, np.random.default_rng(3)
    left = (dice.random(n) < 0.3).astype(float)
    sample = Redraws(ids(n), n_redraws=400).of(ids(n))
    assert len(sample.rows) == min(n, most)
    rate = probability_figures(Predictions(np.full(n, 0.3)), left, sample)["base_rate"]
    low, high = rate.interval
    assert low is not None
    assert high is not None
    assert rate.value == pytest.approx(left.mean())
    assert low < rate.value < high
    assert (high - low) / 2 == pytest.approx(1.96 * np.sqrt(0.3 * 0.7 / n), rel=0.15)


def test_no_interval_where_the_figure_is_mostly_undefined() -> None:
    assert Estimate(0.5, np.array([np.nan, np.nan, 0.5])).interval == (None, None)
    assert Estimate(0.5).interval == (None, None)
    assert Estimate(float("nan"), np.array([1.0, 2.0])).interval == (None, None)
