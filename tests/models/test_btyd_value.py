"""Spend per purchase, and what a customer will still bring."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.errors import ModelError
from regulars.models.btyd.beta_geo import BetaGeoNBD
from regulars.models.btyd.clv import discounted_purchases, residual_value, value_quantiles
from regulars.models.btyd.gamma_gamma import GammaGamma, _objective

BUYS = BetaGeoNBD(r=0.9, alpha=40.0, a=0.8, b=4.0)
SPENDS = GammaGamma(p=2.5, q=3.5, v=40.0)
HISTORY = (np.array([0.0, 1, 4, 12]), np.array([0.0, 20, 150, 290]), np.array([200.0, 200, 200, 300]))
SPENT = np.array([0.0, 90.0, 25.0, 60.0])


def simulated_spend(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    p, q, v = SPENDS.params_.values()
    x = rng.integers(1, 9, n).astype(float)
    return x, rng.gamma(p * x) / (x * rng.gamma(q, 1 / v, n))


def test_parameters_are_recovered() -> None:
    x, z = simulated_spend(20_000, np.random.default_rng(1))
    model = GammaGamma().fit(x, z)
    assert model.status_.usable
    np.testing.assert_allclose(list(model.params_.values()), list(SPENDS.params_.values()), rtol=0.12)
    assert model.mean_spend_ == pytest.approx(2.5 * 40 / 2.5, rel=0.03)
    assert model.assumption_ == ""


def test_counts_stand_for_rows() -> None:
    x, z = simulated_spend(300, np.random.default_rng(2))
    rows = GammaGamma().fit(np.repeat(x, 3), np.repeat(z, 3))
    counted = GammaGamma().fit(x, z, np.full(300, 3.0))
    assert counted.params_ == pytest.approx(rows.params_, rel=1e-6)
    assert counted.log_likelihood_ == pytest.approx(rows.log_likelihood_)


def test_the_gradient_is_the_slope() -> None:
    x, z = simulated_spend(80, np.random.default_rng(3))
    objective = _objective(x, z / z.mean(), np.full(80, 1 / 80))
    for theta in np.random.default_rng(4).uniform(-1.5, 2, (5, 3)):
        _, slope = objective(theta)
        for i, step in enumerate(np.eye(3) * 1e-5):
            by_differences = (objective(theta + step)[0] - objective(theta - step)[0]) / 2e-5
            assert slope[i] == pytest.approx(by_differences, rel=1e-5, abs=1e-7)


def test_spend_that_rises_with_frequency_is_told() -> None:
    x, z = simulated_spend(500, np.random.default_rng(5))
    model = GammaGamma().fit(x, z * x)
    assert model.correlation_ is not None
    assert model.correlation_ > 0.3
    assert model.assumption_ == (
        "Gamma-Gamma assumes that spend does not depend on frequency; here their rank correlation is "
        f"{model.correlation_:.2f} over 500 customers: those who buy often spend more each time."
    )


@given(st.floats(0, 1000), st.integers(0, 500))
def test_expected_spend_lies_between_the_customer_and_everybody(z: float, x: int) -> None:
    everybody = SPENDS.mean_spend_
    found = SPENDS.expected_spend(x, z)[0]
    if x == 0 or z == 0:
        assert found == pytest.approx(everybody)
    else:
        assert min(z, everybody) - 1e-9 <= found <= max(z, everybody) + 1e-9


THIN = {
    "nobody": ([], []),
    "no second purchase": ([0, 0], [0.0, float("nan")]),
    "one customer": ([3], [20.0]),
    "all the same": ([2] * 40, [25.0] * 40),
    "tiny and huge": ([1, 1, 1, 50], [1e-6, 1e9, 3.0, 10.0]),
    "wildly unequal": ([1] * 60, list(np.exp(np.linspace(-12, 12, 60)))),
    "returned more than bought": ([2, 3, 1], [-5.0, 20.0, 30.0]),
}


@pytest.mark.parametrize("given_", THIN.values(), ids=THIN)
def test_thin_data_get_finite_answers_and_a_sentence(given_: tuple[list[float], list[float]]) -> None:
    model = GammaGamma().fit(*given_)
    assert all(np.isfinite(value) and value > 0 for value in model.params_.values())
    spend = model.expected_spend([0, 1, 5, 1000], [0.0, 10.0, -3.0, 12.0])
    assert np.isfinite(spend).all()
    assert (spend >= 0).all()
    assert model.status_.sentence.endswith(".")
    again = GammaGamma.from_json(model.to_json())
    assert (again.expected_spend([1, 2], [5.0, 9.0]) == model.expected_spend([1, 2], [5.0, 9.0])).all()


def test_equal_spends_are_expected_again() -> None:
    model = GammaGamma().fit([2] * 40, [25.0] * 40)
    np.testing.assert_allclose(model.expected_spend([0, 2, 9], [0, 25, 25]), 25, rtol=1e-3)
    assert not model.status_.usable


def test_what_cannot_be_fitted() -> None:
    with pytest.raises(ModelError, match="different length"):
        GammaGamma().fit([1, 2], [3.0])
    with pytest.raises(ModelError, match="row 0 has frequency -1"):
        GammaGamma().fit([-1], [3.0])
    with pytest.raises(ModelError, match="before it was fitted"):
        GammaGamma().expected_spend(1, 2)
    with pytest.raises(ModelError, match="Gamma-Gamma with"):
        GammaGamma(p=1)


def test_discounting_is_a_sum_over_days() -> None:
    days = np.arange(0, 731.0)
    so_far = BUYS.expected_purchases(days, *HISTORY)
    worth = np.diff(so_far, axis=1) @ 1.15 ** (-(days[1:] - 0.5) / 365)
    np.testing.assert_allclose(discounted_purchases(BUYS, 730, 0.15, *HISTORY), worth, rtol=1e-5)
    np.testing.assert_allclose(discounted_purchases(BUYS, 730, 0.0, *HISTORY), so_far[:, -1])


def test_the_whole_future_is_worth_a_little_more_than_fifty_years() -> None:
    whole = discounted_purchases(BUYS, None, 0.15, *HISTORY)
    fifty = discounted_purchases(BUYS, 50 * 365, 0.15, *HISTORY)
    ten = discounted_purchases(BUYS, 10 * 365, 0.15, *HISTORY)
    assert (ten < fifty).all()
    assert (fifty < whole).all()
    np.testing.assert_allclose(fifty, whole, rtol=3e-3)


def test_value_is_purchases_times_spend() -> None:
    value = residual_value(BUYS, SPENDS, 365, *HISTORY, SPENT)
    expected = BUYS.expected_purchases(365, *HISTORY) * SPENDS.expected_spend(HISTORY[0], SPENT)
    np.testing.assert_allclose(value, expected)
    assert (residual_value(BUYS, SPENDS, 365, *HISTORY, SPENT, annual_discount_rate=0.1) < value).all()


def test_quantiles_of_value_are_those_of_drawn_futures() -> None:
    rng = np.random.default_rng(6)
    n = 200_000
    found = value_quantiles(BUYS, SPENDS, 365, [0.1, 0.5, 0.9], *HISTORY, SPENT)
    p, q, v = SPENDS.spend_shape(HISTORY[0], SPENT)
    chances = BUYS.p_purchases(365, *HISTORY, n_max=400)
    for i in range(4):
        purchases = rng.choice(401, p=chances[i] / chances[i].sum(), size=n)
        rate = rng.gamma(q[i], 1 / v[i], n)
        value = np.where(purchases > 0, rng.gamma(np.maximum(p * purchases, 1e-9)) / rate, 0.0)
        np.testing.assert_allclose(found[i], np.quantile(value, [0.1, 0.5, 0.9]), rtol=0.03, atol=0.3)
        assert value.mean() == pytest.approx(residual_value(BUYS, SPENDS, 365, *HISTORY, SPENT)[i], rel=0.03)


def test_quantiles_of_value_rise() -> None:
    found = value_quantiles(BUYS, SPENDS, 90, np.linspace(0.05, 0.95, 10), *HISTORY, SPENT)
    assert (np.diff(found, axis=1) >= -1e-9).all()
    assert (found >= 0).all()
    assert np.isfinite(found).all()
