"""An independent implementation gives the same numbers: `lifetimes`, where it does not overflow."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from regulars.models.btyd.beta_geo import BetaGeoNBD
from regulars.models.btyd.gamma_gamma import GammaGamma
from regulars.models.btyd.modified_beta_geo import ModifiedBetaGeoNBD
from regulars.models.btyd.pareto import ParetoNBD
from regulars.models.btyd.quadrature import decay
from regulars.models.btyd.transactions import PurchaseModel

pytestmark = [pytest.mark.filterwarnings("ignore")]

RNG = np.random.default_rng(8)
T = RNG.integers(5, 300, 400).astype(float)
X = np.minimum(RNG.negative_binomial(0.6, 0.2, 400), T - 1).astype(float)
T_X = np.where(X > 0, np.ceil(T * RNG.beta(np.maximum(X, 1), 1.2)), 0.0)
HISTORY = (X, T_X, T)


@pytest.fixture(scope="module")
def lifetimes() -> ModuleType:
    return pytest.importorskip("lifetimes", reason="it is a library of the development environment")


def params(model: PurchaseModel | GammaGamma) -> Any:
    import pandas as pd

    return pd.Series(model.params_)


def fitted(ours: PurchaseModel, theirs: Any) -> tuple[PurchaseModel, Any]:
    """Fit both to the summary of CDNOW that comes with the library; on rougher data it often does not converge."""
    import lifetimes as package
    import pandas as pd

    summary = pd.read_csv(Path(package.__file__).parent / "datasets" / "cdnow_customers_summary.csv")
    history = [summary[name].to_numpy() for name in ("frequency", "recency", "T")]
    return ours.fit(*history), theirs.fit(*history)


def test_beta_geo(lifetimes: ModuleType) -> None:
    ours, theirs = fitted(BetaGeoNBD(), lifetimes.BetaGeoFitter())
    np.testing.assert_allclose(list(ours.params_.values()), theirs.params_.to_numpy(), rtol=2e-3)
    theirs.params_ = params(ours)
    np.testing.assert_allclose(
        ours.expected_purchases(90, *HISTORY),
        theirs.conditional_expected_number_of_purchases_up_to_time(90, *HISTORY),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        ours.p_alive(*HISTORY), theirs.conditional_probability_alive(*HISTORY), rtol=1e-9
    )
    chances = BetaGeoNBD(**ours.params_).p_purchases(50, 0, 0, 0, n_max=5)[0]
    for n in range(6):
        assert chances[n] == pytest.approx(theirs.probability_of_n_purchases_up_to_time(50, n), rel=1e-7)


def test_modified_beta_geo(lifetimes: ModuleType) -> None:
    ours, theirs = fitted(ModifiedBetaGeoNBD(), lifetimes.ModifiedBetaGeoFitter())
    np.testing.assert_allclose(list(ours.params_.values()), theirs.params_.to_numpy(), rtol=5e-3)
    theirs.params_ = params(ours)
    np.testing.assert_allclose(
        ours.expected_purchases(90, *HISTORY),
        theirs.conditional_expected_number_of_purchases_up_to_time(90, *HISTORY),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        ours.p_alive(*HISTORY), theirs.conditional_probability_alive(*HISTORY), rtol=1e-9
    )


def test_pareto(lifetimes: ModuleType) -> None:
    ours = ParetoNBD(r=0.6, alpha=20, s=0.5, beta=70)
    theirs = lifetimes.ParetoNBDFitter()
    theirs.params_ = params(ours)
    theirs._scale = 1.0
    few = tuple(column[:60] for column in HISTORY)
    np.testing.assert_allclose(
        ours.expected_purchases(90, *few),
        theirs.conditional_expected_number_of_purchases_up_to_time(90, *few),
        rtol=1e-6,
    )
    np.testing.assert_allclose(ours.p_alive(*few), theirs.conditional_probability_alive(*few), rtol=1e-6)
    chances = ours.p_purchases(40, *(column[:10] for column in HISTORY), n_max=3)
    for n in range(4):
        expected = theirs.conditional_probability_of_n_purchases_up_to_time(
            n, 40, *(column[:10] for column in HISTORY)
        )
        np.testing.assert_allclose(chances[:, n], np.ravel(expected), rtol=1e-5, atol=1e-7)
    logs = np.log(list(ours.params_.values()))
    value, _ = ours._objective(*HISTORY, np.full(len(T), 1 / len(T)))(logs)
    log_likelihoods = theirs._conditional_log_likelihood(np.exp(logs), *HISTORY)
    assert value == pytest.approx(np.mean(log_likelihoods), rel=1e-8)


def test_gamma_gamma(lifetimes: ModuleType) -> None:
    bought = X > 0
    spend = RNG.gamma(4.0 * np.maximum(X, 1)) / (X.clip(1) * RNG.gamma(3.0, 1 / 40.0, len(X)))
    ours = GammaGamma().fit(X[bought], spend[bought])
    theirs = lifetimes.GammaGammaFitter().fit(X[bought], spend[bought])
    np.testing.assert_allclose(list(ours.params_.values()), theirs.params_.to_numpy(), rtol=2e-3)
    theirs.params_ = params(ours)
    np.testing.assert_allclose(
        ours.expected_spend(X[bought], spend[bought]),
        theirs.conditional_expected_average_profit(X[bought], spend[bought]),
        rtol=1e-9,
    )


@pytest.mark.parametrize(
    ("p", "alpha", "q", "beta", "length"),
    [
        (0.5, 10, 1.6, 12, 40),
        (40, 60, 1.3, 4000, 300),
        (0.01, 1e-3, 1.01, 1e3, 500),
        (300, 400, 30, 0.5, 3000),
    ],
)
def test_the_integral_over_the_moment_of_leaving(
    p: float, alpha: float, q: float, beta: float, length: float
) -> None:
    """SciPy's adaptive rule, in pieces, against a few nodes."""
    edges = [0, *np.geomspace(1e-6 * length, length, 30)]
    whole = sum(
        quad(lambda t: (1 + t / alpha) ** -p * (1 + t / beta) ** -q, a, b, epsrel=1e-12)[0]
        for a, b in pairwise(edges)
    )
    found = decay(np.array([p]), np.array([alpha]), q, np.array([beta]), np.array([float(length)]))
    assert np.exp(found.log_integral[0]) == pytest.approx(whole, rel=1e-6)
    assert found.share.sum() == pytest.approx(1)
