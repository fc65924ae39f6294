"""Every contender, on a shop drawn from a known process: contract, explanations that add up, and files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from regulars.models.compared import compared
from regulars.models.contender import Contender, Stored
from regulars.models.explained import Explains
from regulars.models.line_up import line_up
from regulars.models.store import KINDS
from regulars.models.training import Training
from regulars.publish.report.words import model

EVERYBODY = [f"{one.target}-{one.name}" for one in line_up()]


def contender(name: str) -> Contender:
    return next(one for one in line_up() if f"{one.target}-{one.name}" == name)


@pytest.fixture(scope="module")
def fitted(fitted_shop):
    return {name: contender(name).fit(fitted_shop.training) for name in EVERYBODY}


@pytest.fixture(scope="module")
def before(fitted_shop):
    """What could be learned from two months earlier."""
    earlier = fitted_shop.snapshots[-1]
    return Training.at(earlier.cutoff, earlier.matrix, fitted_shop.snapshots, earlier.horizon_days)


@pytest.mark.parametrize("name", EVERYBODY)
class TestContract:
    def test_one_number_per_customer(self, fitted, fitted_shop, name):
        found = fitted[name].predict(fitted_shop.present)
        assert found.point.shape == (len(fitted_shop.present),)
        if name.startswith("next_order"):
            assert (found.point >= 0).all()
        else:
            assert np.isfinite(found.point).all()
        if name.startswith("churn"):
            assert ((found.point >= 0) & (found.point <= 1)).all()
        if found.low is not None and found.high is not None:
            assert (found.low <= found.point).all()
            assert (found.point <= found.high).all()

    def test_a_customer_alone_gets_what_everybody_gets(self, fitted, fitted_shop, name):
        everybody = fitted[name].predict(fitted_shop.present).point
        alone = fitted[name].predict(fitted_shop.present.rows(np.array([7]))).point
        assert alone.tolist() == pytest.approx([everybody[7]], rel=1e-12)

    def test_a_file_gives_the_same_numbers(self, fitted, fitted_shop, name):
        model = fitted[name]
        assert isinstance(model, Stored)
        text = json.dumps(model.to_json(), allow_nan=False)
        again = KINDS[type(model).__name__].from_json(json.loads(text))
        one, other = model.predict(fitted_shop.present), again.predict(fitted_shop.present)
        assert (one.point == other.point).all()
        assert (one.high is None) == (other.high is None)
        assert one.high is None or (one.high == other.high).all()

    def test_fitting_again_forgets_the_first_time(self, fitted, fitted_shop, before, name):
        twice = contender(name)
        if len(before.cutoffs) >= twice.min_training_cutoffs:
            twice.fit(before)
        twice.fit(fitted_shop.training)
        expected = fitted[name].predict(fitted_shop.present).point
        assert (twice.predict(fitted_shop.present).point == expected).all()

    def test_contributions_add_up_to_the_score(self, fitted, fitted_shop, name):
        model = fitted[name]
        if not isinstance(model, Explains):
            return
        explanation = model.explain(fitted_shop.present)
        if name.startswith("next_order") and explanation.link == "log_odds":
            explained = model.p_within(fitted_shop.present, fitted_shop.training.horizon_days)
        else:
            explained = model.predict(fitted_shop.present).point
        assert explanation.predictions == pytest.approx(explained, rel=1e-6)


def test_everybody_explains_itself_but_who_says_the_same_of_all(fitted):
    assert {name for name, one in fitted.items() if not isinstance(one, Explains)} == {"churn-base_rate"}


def test_models_rank_better_than_chance_and_are_level_with_what_came(fitted_shop):
    from sklearn.metrics import roc_auc_score

    test = fitted_shop.snapshots[-1]
    training = Training.at(test.cutoff, test.matrix, fitted_shop.snapshots, test.horizon_days)
    for name in ("churn-bg_nbd_season", "churn-average"):
        p = contender(name).fit(training).predict(test.matrix).point
        assert roc_auc_score(test.labels.churned, p) > 0.7
        assert p.mean() == pytest.approx(test.labels.churned.mean(), abs=0.12)
    orders = contender("orders-bg_nbd_season").fit(training).predict(test.matrix).point
    assert orders.sum() == pytest.approx(test.labels.n_orders_next.sum(), rel=0.4)


def test_nothing_after_the_cutoff_is_learned(fitted_shop):
    """Labels of windows that were not over change nothing."""
    test = fitted_shop.snapshots[-2]
    some = Training.at(test.cutoff, test.matrix, fitted_shop.snapshots, test.horizon_days)
    fewer = [one for one in fitted_shop.snapshots if one.is_over(test.cutoff)]
    same = Training.at(test.cutoff, test.matrix, fewer, test.horizon_days)
    for name in ("churn-average", "value-lightgbm"):
        one, other = (contender(name).fit(training).predict(test.matrix).point for training in (some, same))
        assert (one == other).all()


def test_those_run_on_request_answer_too_and_cannot_win(fitted_shop):
    for one in compared():
        found = one.fit(fitted_shop.training).predict(fitted_shop.present).point
        assert np.isfinite(found).all()
        assert not one.can_win
        assert one.target != "churn" or ((found >= 0) & (found <= 1)).all()


def test_the_page_of_the_comparison_names_everybody_who_is_run_on_request():
    text = (Path(__file__).parents[2] / "docs" / "explanation" / "models-compared.md").read_text(
        encoding="utf-8"
    )
    named = {line.split("|")[1].strip(" *") for line in text.splitlines() if line.startswith("| ")}
    assert {model(one.name) for one in compared()} <= named
