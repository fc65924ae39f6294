"""Against the process itself: customers who buy and leave as each model says, and what they then do."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest

from regulars.models.btyd.beta_geo import BetaGeoNBD
from regulars.models.btyd.modified_beta_geo import ModifiedBetaGeoNBD
from regulars.models.btyd.pareto import ParetoNBD
from regulars.models.btyd.regular import ModifiedBetaGeoCNBD
from regulars.models.btyd.transactions import PurchaseModel

MODELS = [
    BetaGeoNBD(r=0.7, alpha=30.0, a=0.8, b=2.5),
    ModifiedBetaGeoNBD(r=0.9, alpha=25.0, a=0.9, b=2.0),
    ParetoNBD(r=0.8, alpha=25.0, s=0.7, beta=120.0),
    ModifiedBetaGeoCNBD(k=3, r=1.1, alpha=12.0, a=0.9, b=3.0),
]
HORIZON = 90.0


class Lives(NamedTuple):
    frequency: np.ndarray
    recency: np.ndarray
    T: np.ndarray
    alive: np.ndarray
    later: np.ndarray
    """Purchases in (T, T + HORIZON]."""
    next_in: np.ndarray
    """Time from T to the next purchase; infinite when there is none in the horizon."""
    sum_of_log_gaps: float
    """Over the purchases up to T."""

    @property
    def histories(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.frequency, self.recency, self.T


def simulate(model: PurchaseModel, n: int, rng: np.random.Generator) -> Lives:
    """Let n customers live: none of the model's formulas is used, only its assumptions."""
    params = model.params_
    rate = rng.gamma(params["r"], 1 / params["alpha"], n)
    T = rng.integers(30, 200, n).astype(float)
    stages = getattr(model, "k_", 1)
    death, purchases_until_death = np.full(n, np.inf), np.full(n, np.inf)
    if isinstance(model, ParetoNBD):
        death = rng.exponential(1 / rng.gamma(params["s"], 1 / params["beta"], n))
    else:
        leaves_at = rng.geometric(rng.beta(params["a"], params["b"], n)).astype(float)
        purchases_until_death = leaves_at - model.chances_before
    clock, count, log_gaps = np.zeros(n), np.zeros(n), 0.0
    x, t_x, later, next_in = np.zeros(n), np.zeros(n), np.zeros(n), np.full(n, np.inf)
    died_at = np.where(purchases_until_death == 0, 0.0, np.inf)
    going = purchases_until_death > 0
    while going.any():
        clock[going] += rng.gamma(stages, 1 / rate[going])
        going &= (clock <= T + HORIZON) & (clock <= death)
        count[going] += 1
        before, after = going & (clock <= T), going & (clock > T)
        x[before] += 1
        log_gaps += np.log((clock - t_x)[before]).sum()
        t_x[before] = clock[before]
        next_in[after & (later == 0)] = (clock - T)[after & (later == 0)]
        later[after] += 1
        leaving = going & (count >= purchases_until_death)
        died_at[leaving] = clock[leaving]
        going &= ~leaving
    return Lives(x, t_x, T, np.minimum(died_at, death) > T, later, next_in, log_gaps)


@pytest.fixture(scope="module", params=MODELS, ids=lambda model: model.name)
def shop(request: pytest.FixtureRequest) -> tuple[PurchaseModel, Lives]:
    return request.param, simulate(request.param, 25_000, np.random.default_rng(7))


def groups(lives: Lives) -> list[np.ndarray]:
    """Return customers by frequency and by how long ago the last purchase was, 250 or more in each."""
    waited = np.searchsorted([0.25, 0.6], 1 - lives.recency / lives.T)
    kinds = [
        (low <= lives.frequency) & (lives.frequency < high)
        for low, high in ((0, 1), (1, 3), (3, 8), (8, 1e9))
    ]
    found = [kind & (waited == k) for kind in kinds for k in range(3)]
    return [group for group in found if group.sum() >= 250]


def assert_means_agree(expected: np.ndarray, observed: np.ndarray, lives: Lives) -> None:
    """In every group of histories the mean that came lies within four standard errors of the expected one."""
    for group in groups(lives):
        error = np.sqrt(max(observed[group].var(), expected[group].mean()) / group.sum())
        assert abs(expected[group].mean() - observed[group].mean()) < 4 * error


def test_p_alive(shop: tuple[PurchaseModel, Lives]) -> None:
    model, lives = shop
    assert_means_agree(model.p_alive(*lives.histories), lives.alive, lives)


def test_expected_purchases(shop: tuple[PurchaseModel, Lives]) -> None:
    model, lives = shop
    assert_means_agree(model.expected_purchases(HORIZON, *lives.histories), lives.later, lives)


def test_p_active(shop: tuple[PurchaseModel, Lives]) -> None:
    model, lives = shop
    for horizon in (7.0, 30.0, HORIZON):
        assert_means_agree(model.p_active(horizon, *lives.histories), lives.next_in <= horizon, lives)


def test_number_of_purchases(shop: tuple[PurchaseModel, Lives]) -> None:
    model, lives = shop
    chances = model.p_purchases(HORIZON, *lives.histories, n_max=6)
    for n in range(7):
        assert_means_agree(chances[:, n], lives.later == n, lives)


def test_purchases_of_an_interval_to_come(shop: tuple[PurchaseModel, Lives]) -> None:
    model, lives = shop
    history = tuple(column[:3000] for column in lives.histories)
    whole = model.expected_purchases(HORIZON, *history)
    parts = [model.expected_purchases_between(start, start + 30, *history) for start in (0.0, 30.0, 60.0)]
    np.testing.assert_allclose(sum(parts), whole, rtol=1e-9)
    if not isinstance(model, ModifiedBetaGeoCNBD):  # who buys regularly may buy less just after a purchase
        assert all((earlier >= later - 1e-12).all() for earlier, later in pairwise(parts))


def test_next_purchase(shop: tuple[PurchaseModel, Lives]) -> None:
    """Half of the customers return by their median, as they do by any quantile that lies within the horizon."""
    model, lives = shop
    for level in (0.1, 0.3, 0.5):
        by = model.next_purchase(level, *lives.histories, within=HORIZON)
        known = np.isfinite(by)
        returned = (lives.next_in <= by)[known]
        assert known.sum() > 500
        assert returned.mean() == pytest.approx(level, abs=4 * 0.5 / np.sqrt(known.sum()))


def test_next_purchase_of_those_who_return(shop: tuple[PurchaseModel, Lives]) -> None:
    model, lives = shop
    by = model.next_purchase([0.1, 0.5, 0.9], *lives.histories, within=HORIZON, if_they_return=True)
    assert np.isfinite(by).all()
    returned = lives.later > 0
    shares = (lives.next_in[returned, None] <= by[returned]).mean(axis=0)
    np.testing.assert_allclose(shares, [0.1, 0.5, 0.9], atol=4 * 0.5 / np.sqrt(returned.sum()))


def test_quantiles_of_purchases(shop: tuple[PurchaseModel, Lives]) -> None:
    """A quantile of a count covers at least its share, and one purchase less covers less."""
    model, lives = shop
    some = slice(0, 4000)
    history = tuple(column[some] for column in lives.histories)
    low, high = model.purchase_quantiles([0.1, 0.9], HORIZON, *history).T
    later = lives.later[some]
    assert (later <= high).mean() >= 0.9 - 0.02
    assert (later < high).mean() <= 0.9 + 0.02
    assert (later < low).mean() <= 0.1 + 0.02


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_parameters_are_recovered(model: PurchaseModel) -> None:
    """Within four standard errors, as the fit itself states them."""
    lives = simulate(model, 12_000, np.random.default_rng(11))
    found = model._with(**model.params_).fit(*lives.histories)
    assert found.status_.usable
    errors = np.sqrt(np.diag(found.covariance_))
    apart = np.log(list(found.params_.values())) - np.log(list(model.params_.values()))
    assert (np.abs(apart) < 4 * errors).all()
    assert (errors < 0.5).all()


def test_draws_spread_as_the_fit_is_unsure() -> None:
    model = MODELS[0]
    lives = simulate(model, 2_000, np.random.default_rng(5))
    found = BetaGeoNBD().fit(*lives.histories)
    totals = [draw.expected_purchases(HORIZON, *lives.histories).sum() for draw in found.draws(40, seed=1)]
    centre = found.expected_purchases(HORIZON, *lives.histories).sum()
    assert 0.01 < np.std(totals) / centre < 0.2
    assert abs(np.mean(totals) / centre - 1) < 0.1
    again = found.draws(2, seed=1)[1]
    assert again.params_ == found.draws(2, seed=1)[1].params_


@pytest.mark.parametrize(("k", "sentence"), [(1, "at random"), (3, "regular")])
def test_regularity_is_found(k: int, sentence: str) -> None:
    """The k of the process has the highest likelihood: customers who buy at random stay at 1."""
    model = ModifiedBetaGeoCNBD(k=k, r=1.1, alpha=12.0 * 3 / k, a=0.9, b=3.0)
    lives = simulate(model, 4_000, np.random.default_rng(3))
    found = ModifiedBetaGeoCNBD().fit(*lives.histories, sum_of_log_gaps=lives.sum_of_log_gaps)
    assert found.k_ == k, f"customers who buy {sentence}"
