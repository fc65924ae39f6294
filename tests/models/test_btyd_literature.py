"""The published figures of CDNOW come out: sample of 2,357 customers, weeks, calibration to 1997-09-30."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from regulars.models.btyd.beta_geo import BetaGeoNBD
from regulars.models.btyd.choice import fit_best
from regulars.models.btyd.gamma_gamma import GammaGamma
from regulars.models.btyd.modified_beta_geo import ModifiedBetaGeoNBD
from regulars.models.btyd.pareto import ParetoNBD
from regulars.models.btyd.sufficient import compress
from regulars.models.btyd.transactions import PurchaseModel

pytestmark = pytest.mark.real_data

LAST_OBSERVED_DAY = date(1997, 9, 30)


class CDNow(NamedTuple):
    frequency: np.ndarray
    recency: np.ndarray
    T: np.ndarray
    mean_spend: np.ndarray
    bought_later: np.ndarray

    @property
    def histories(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.frequency, self.recency, self.T


@pytest.fixture(scope="module")
def cdnow(real_data: Path) -> CDNow:
    spent: dict[str, dict[date, float]] = {}
    for line in (real_data / "cdnow_sample.txt").read_text().splitlines():
        customer, _, day, _, dollars = line.split()
        on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        days = spent.setdefault(customer, {})
        days[on] = days.get(on, 0.0) + float(dollars)
    rows = []
    for days in spent.values():
        before = sorted(day for day in days if day <= LAST_OBSERVED_DAY)
        repeat = [days[day] for day in before[1:]]
        rows.append(
            (
                len(repeat),
                (before[-1] - before[0]).days / 7,
                (LAST_OBSERVED_DAY - before[0]).days / 7,
                float(np.mean(repeat)) if repeat else 0.0,
                len(days) - len(before),
            )
        )
    return CDNow(*np.array(rows).T)


@pytest.mark.parametrize(
    ("kind", "published", "log_likelihood"),
    [
        # Fader, Hardie & Lee (2005), table 2
        (BetaGeoNBD, {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, -9582.4),
        (ParetoNBD, {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}, -9595.0),
        # Platzer & Reutterer (2016) and their BTYDplus, MBG/NBD on the same data
        (ModifiedBetaGeoNBD, {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}, -9582.1),
    ],
)
def test_parameters(
    cdnow: CDNow, kind: type[PurchaseModel], published: dict[str, float], log_likelihood: float
) -> None:
    model = kind().fit(*cdnow.histories)
    assert {name: round(value, 3) for name, value in model.params_.items()} == published
    assert round(model.log_likelihood_, 1) == log_likelihood
    assert model.status_.usable
    assert model.status_.sentence == "Fitted to 2,357 customers."


def test_spend(cdnow: CDNow) -> None:
    """Fader & Hardie (2013), section 4: 946 customers, correlation 0.11; the ranks' is 0.21."""
    model = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    assert {name: round(value, 2) for name, value in model.params_.items()} == {
        "p": 6.25,
        "q": 3.74,
        "v": 15.44,
    }
    assert model.n_customers_ == 946
    assert model.correlation_ == pytest.approx(0.206, abs=0.001)
    assert model.assumption_ == ""
    assert model.mean_spend_ == pytest.approx(35.17, abs=0.01)


def test_the_example_customer(cdnow: CDNow) -> None:
    """Fader, Hardie & Lee (2005), section 5."""
    model = BetaGeoNBD().fit(*cdnow.histories)
    assert model.expected_purchases(39, 2, 30.43, 38.86).round(3).tolist() == [1.226]


@pytest.mark.parametrize(("kind", "predicted"), [(BetaGeoNBD, 1653), (ParetoNBD, 1666)])
def test_the_holdout(cdnow: CDNow, kind: type[PurchaseModel], predicted: int) -> None:
    model = kind().fit(*cdnow.histories)
    assert cdnow.bought_later.sum() == 1882
    assert model.expected_purchases(39, *cdnow.histories).sum() == pytest.approx(predicted, abs=2)


def test_the_probability_of_return_is_calibrated(cdnow: CDNow) -> None:
    """And 1 − p_alive is not a churn probability."""
    model = BetaGeoNBD().fit(*cdnow.histories)
    p_active = model.p_active(39, *cdnow.histories)
    returned = cdnow.bought_later > 0
    assert p_active.mean() == pytest.approx(returned.mean(), abs=0.03)
    assert model.p_alive(*cdnow.histories).mean() > returned.mean() + 0.3


def test_counted_rows_and_other_units_give_the_same(cdnow: CDNow) -> None:
    """Counted rows give what single ones give, in weeks and in days."""
    counted = compress(*cdnow.histories)
    assert len(counted.T) == 1016
    one, other = BetaGeoNBD().fit(*cdnow.histories), BetaGeoNBD().fit_histories(counted)
    assert one.params_ == other.params_
    in_days = BetaGeoNBD().fit(cdnow.frequency, cdnow.recency * 7, cdnow.T * 7)
    expected = {**one.params_, "alpha": one.params_["alpha"] * 7}
    assert in_days.params_ == pytest.approx(expected, rel=1e-5)


def test_the_first_sharp_model_is_chosen(cdnow: CDNow) -> None:
    model, reason = fit_best(compress(*cdnow.histories))
    assert model.name == "bg_nbd"
    assert reason == "BG/NBD: fitted to 2,357 customers."
