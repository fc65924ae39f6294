"""Uplift is found where it is, and not where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.campaigns.qini import qini
from regulars.campaigns.uplift import Experiment, learn_uplift
from regulars.errors import CampaignError


def experiment(n: int, *, moved: float, seed: int = 2) -> Experiment:
    """Customers above the middle of the first column are moved by so much; the second tells who orders anyway."""
    dice = np.random.default_rng(seed)
    values = dice.normal(size=(n, 3))
    values[::17, 2] = np.nan
    treated = dice.random(n) < 0.5
    rate = 0.15 + 0.2 * (values[:, 1] > 0) + moved * treated * (values[:, 0] > 0)
    return Experiment(("a", "b", "c"), values, treated, (dice.random(n) < rate).astype(float))


def test_whom_it_moves_is_found() -> None:
    found = learn_uplift(experiment(4000, moved=0.3))
    assert found.winner is not None
    assert found.scorer is not None
    scores = found.scorer(np.array([[2.0, 0.0, 0.0], [-2.0, 0.0, 0.0]]))
    assert scores[0] - scores[1] > 0.1
    best = next(one.qini for one in found.judged if one.learner == found.winner)
    assert best.gain_at(0.5) / best.whole > 0.8  # all of the effect is in one half
    assert len(found.to_json()["learners"]) == 3


def test_where_everybody_is_moved_alike_nothing_ships() -> None:
    dice = np.random.default_rng(3)
    values, treated = dice.normal(size=(3000, 3)), dice.random(3000) < 0.5
    outcome = (dice.random(3000) < 0.2 + 0.1 * treated + 0.2 * (values[:, 1] > 0)).astype(float)
    found = learn_uplift(Experiment(("a", "b", "c"), values, treated, outcome))
    assert found.winner is None
    assert found.scorer is None
    assert "No learner surely beats a random choice" in found.sentence


def test_amounts_too() -> None:
    dice = np.random.default_rng(4)
    values, treated = dice.normal(size=(3000, 2)), dice.random(3000) < 0.5
    money = dice.gamma(2, 10, 3000) + 15 * treated * (values[:, 0] > 0)
    assert learn_uplift(Experiment(("a", "b"), values, treated, money)).winner is not None


def test_random_orders_have_a_qini_of_nothing() -> None:
    dice, inside = np.random.default_rng(5), 0
    one = experiment(1500, moved=0.2)
    for seed in range(40):
        found = qini(dice.random(1500), one.treated, one.outcome, seed=seed)
        inside += found.ci_low <= 0 <= found.ci_high
    assert inside >= 35


def test_too_few_to_learn_from() -> None:
    with pytest.raises(CampaignError, match="too few to learn"):
        learn_uplift(experiment(150, moved=0.3))
