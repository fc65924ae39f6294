"""A year's revenue: judged by years that are over, foretold by whoever did best, and null with the reason otherwise."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.models.conftest import DAYS, START, drawn_orders, fitting, proof_of_a_year, shop

from regulars.evaluation.plan import planned
from regulars.evaluation.year import MOST_LEARNED, MOST_TESTS, with_year, year_plan
from regulars.models.contender import Predictions
from regulars.models.fitted import Winner, fit_models
from regulars.models.predict import predict
from regulars.models.season import YEAR
from regulars.models.store import OF_A_YEAR, open_models, save
from regulars.models.value_year import NOT_JUDGED, YearAhead, fit_year, year_line_up
from regulars.settings import Settings
from regulars.terms.windows import Cutoff

SETTINGS = Settings().predictions


def until(days: int) -> Cutoff:
    return Cutoff(START + timedelta(days=days))


@pytest.mark.parametrize("days", [100, 365, 400])
def test_without_a_complete_year_behind_a_cutoff_a_year_is_not_foretold(days):
    plan = year_plan(planned(START, until(days), 60))
    assert not plan.tests
    assert "until then it is not foretold" in plan.reason


@pytest.mark.parametrize("days", [500, 800, 1200, 2000])
@pytest.mark.parametrize("horizon", [30, 90, 180])
def test_every_year_that_is_judged_or_learned_from_is_over(days, horizon):
    plan = year_plan(planned(START, until(days), horizon))
    ends = [one.at + timedelta(days=YEAR) for one in plan.snapshots]
    assert plan.tests
    assert max(ends) <= plan.until.at
    assert len(plan.tests) <= MOST_TESTS
    assert len(plan.snapshots) <= MOST_TESTS + MOST_LEARNED
    assert set(plan.tests) <= set(plan.snapshots)


def test_labels_are_those_of_the_year_after_the_cutoff(fitted_shop, year):
    orders = fitted_shop.engine.rows("SELECT customer_id, ordered_at, revenue FROM fct_orders")
    for snapshot in year.snapshots:
        begins, ends = snapshot.cutoff.at, snapshot.cutoff.at + timedelta(days=YEAR)
        assert ends <= fitted_shop.cutoff.at
        came = dict.fromkeys(snapshot.matrix.customer_ids.tolist(), 0.0)
        for one in orders:
            if begins <= one["ordered_at"] < ends and one["customer_id"] in came:
                came[one["customer_id"]] += float(one["revenue"])
        assert snapshot.labels.revenue_next == pytest.approx(list(came.values()))


def test_models_and_rules_are_judged_side_by_side(year):
    rows = year.tables["backtests"].to_pylist()
    assert {row["horizon_days"] for row in rows} == {YEAR}
    assert {row["target"] for row in rows} == {"value"}
    assert {"last_year", "nobody_returns", "same_rate", "bg_nbd_gamma_gamma", "bg_nbd_season"} <= {
        row["model"] for row in rows
    }
    verdict = year.verdicts["value"]
    assert next(row["model"] for row in rows if row["is_winner"]) == verdict.winner
    assert "cut-off" in verdict.sentence
    assert abs(year.median("value", verdict.winner, "total_bias_pct")) < 30


def test_it_stands_below_the_proof_of_the_horizon(year):
    both = with_year(year.tables, year)
    assert both["backtests"] is year.tables["backtests"]
    other = {name: rows.slice(0) for name, rows in year.tables.items()}
    assert len(with_year(other, year)["backtests"]) == 2 * len(year.tables["backtests"])


@pytest.mark.parametrize("winner", [one.name for one in year_line_up() if one.name != "lightgbm"])
def test_whoever_ships_gives_a_band_and_comes_back_from_its_file(fitted_shop, year, winner, tmp_path):
    ahead = fit_year(year.training(fitted_shop.present), Winner(winner, "Best."))
    found = ahead.predict(fitted_shop.present)
    assert found.low is not None
    assert found.high is not None
    assert (found.low <= found.point).all()
    assert (found.point <= found.high).all()
    models = fit_models(fitted_shop.training, {}, SETTINGS, year=ahead)
    save(models, tmp_path)
    again = open_models(tmp_path).year
    assert (again.sentence, again.predict(fitted_shop.present).point.tolist()) == (
        "Best.",
        found.point.tolist(),
    )
    assert again.predict(fitted_shop.present).high.tolist() == found.high.tolist()


def test_a_year_brings_no_less_than_its_beginning():
    class Told:
        def predict(self, matrix):
            return Predictions(np.array([10.0, 50.0]), np.array([0.0, 30.0]), np.array([20.0, 90.0]))

    sooner = Predictions(np.array([15.0, 20.0]), np.array([5.0, 0.0]), np.array([40.0, 60.0]))
    found = YearAhead(Told(), "Best.").predict(None, sooner)
    assert found.point.tolist() == [15, 50]
    assert found.low.tolist() == [5, 30]
    assert found.high.tolist() == [40, 90]


def test_a_shop_too_young_to_be_judged_gets_null_and_the_reason(tmp_path):
    with shop(drawn_orders(60)) as engine:
        engine.execute(
            f"DELETE FROM fct_orders WHERE ordered_at >= TIMESTAMP '{START + timedelta(days=350)}'"
        )
        found = fitting(engine, 60)
        year = proof_of_a_year(found)
    ahead = fit_year(year.training(found.present), year.winners()["value"])
    assert ahead.contender is None
    models = fit_models(
        found.training, {"value": Winner("bg_nbd_season", "Best.")}, SETTINGS, found.encoding, ahead
    )
    tables = predict(models, found.present, SETTINGS)
    predictions = tables["predictions"]
    assert predictions["predicted_clv"].null_count == 0
    assert predictions["predicted_clv_365d"].null_count == len(predictions)
    told = {(row["target"], row["horizon_days"]): row for row in tables["prediction_targets"].to_pylist()}
    assert told["value", YEAR]["model"] is None
    assert "longer than 365 days" in told["value", YEAR]["sentence"]
    assert {row["horizon_days"] for row in tables["target_predictions"].to_pylist()} == {60}
    save(models, tmp_path)
    assert not (tmp_path / OF_A_YEAR).exists()
    assert open_models(tmp_path).year.sentence == ahead.sentence


def test_windows_of_another_length_are_refused(fitted_shop):
    with pytest.raises(ValueError, match="60 days"):
        fit_year(fitted_shop.training, Winner("last_year", "Best."))
    assert NOT_JUDGED.contender is None
    assert DAYS > YEAR
