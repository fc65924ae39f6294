"""Shops that can carry little, through the whole chain of a run: what can be said is said, the rest is null with the reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.models.conftest import shop
from tests.models.test_bad_input import SHOPS, everyone

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import TimeError
from regulars.evaluation.backtest import Backtest, backtest
from regulars.evaluation.year import judge_year, with_year
from regulars.features.build import build_features
from regulars.models.fitted import fit_models
from regulars.models.forecast import forecast
from regulars.models.line_up import line_up
from regulars.models.matrix import read_matrix
from regulars.models.predict import predict
from regulars.models.value_year import fit_year
from regulars.settings import Predictions, Settings
from regulars.terms.windows import Cutoff
from regulars.warehouse.clock import check_cutoff, default_cutoff
from regulars.warehouse.history import History

SETTINGS = Settings(predictions=Predictions(backtest_cutoffs=3))
CHAINED = {
    "nobody came back": (30, ()),
    "one customer": (30, ()),
    "one customer, once": (30, ("churn", "orders", "value", "next_order")),
    "all on one day": (30, ("churn", "orders", "value", "next_order")),
    "shorter than the horizon": (90, ("churn", "orders", "value", "next_order")),
    "all equal": (30, ()),
    "more taken back than sold": (30, ()),
    "everybody leaves": (30, ()),
    "nobody leaves": (30, ()),
}
"""Shop → horizon, and targets nobody may foretell."""
MORE = {"nobody leaves": everyone(60, list(range(0, 200, 10)))}


def answers(
    engine: DuckDBEngine, horizon_days: int, cutoff: Cutoff | None = None
) -> tuple[dict[str, pa.Table], Backtest]:
    """Return what a run makes of a shop at its end, or at an earlier cut-off."""
    cutoff = cutoff or default_cutoff(engine)
    proof = backtest(engine, cutoff, horizon_days, line_up(), SETTINGS)
    year = judge_year(engine, proof, SETTINGS)
    history = History(engine, cutoff)
    build_features(history, horizon_days)
    matrix, encoding = read_matrix(engine)
    ahead = fit_year(year.training(matrix), year.winners()["value"])
    models = fit_models(proof.training(matrix), proof.winners(), SETTINGS.predictions, encoding, ahead)
    tables = predict(models, matrix, SETTINGS.predictions)
    forecast(history, SETTINGS)
    return tables | with_year(proof.tables, year), proof


@pytest.fixture(scope="module")
def answered() -> dict[str, tuple[dict[str, pa.Table], Backtest]]:
    found = {}
    for name, (horizon_days, _) in CHAINED.items():
        with shop((SHOPS | MORE)[name]) as engine:
            found[name] = answers(engine, horizon_days)
    return found


def column(tables: dict[str, pa.Table], name: str) -> list[Any]:
    return list(tables["predictions"][name].to_pylist())


@pytest.mark.parametrize("name", list(CHAINED))
def test_everything_is_a_number_or_null_with_a_sentence(answered, name):
    tables, _ = answered[name]
    nobody_for = CHAINED[name][1]
    for row in tables["prediction_targets"].to_pylist():
        assert row["sentence"].endswith("."), row
        if row["horizon_days"] == 365 and row["target"] == "value":
            assert row["model"] is None
            assert "longer than 365 days" in row["sentence"]
        else:
            assert (row["model"] is None) == (row["target"] in nobody_for), row
    for one in tables["predictions"].schema:
        if pa.types.is_floating(one.type):
            values = np.array(tables["predictions"][one.name].drop_null().to_pylist(), dtype=float)
            assert np.isfinite(values).all(), one.name
    for p in (*column(tables, "p_churn"), *column(tables, "p_alive")):
        assert p is None or 0 <= p <= 1


@pytest.mark.parametrize("name", ["one customer, once", "all on one day", "shorter than the horizon"])
def test_a_history_too_short_to_be_judged_says_how_long_it_is(answered, name):
    tables, proof = answered[name]
    days = 36 if name == "shorter than the horizon" else 0
    assert f"{days} days long" in proof.plan.reason
    assert all(
        proof.plan.reason in row["sentence"]
        for row in tables["prediction_targets"].to_pylist()
        if row["horizon_days"] != 365
    )
    assert set(column(tables, "p_churn")) == set(column(tables, "predicted_clv")) == {None}
    assert tables["backtests"].num_rows == tables["model_cards"].num_rows == 0
    assert None not in column(tables, "confidence_tier")


@pytest.mark.parametrize(
    ("name", "p_churn"),
    [("nobody came back", 1), ("everybody leaves", 1), ("all equal", 0), ("nobody leaves", 0)],
)
def test_a_constant_label_is_told_as_it_was_and_nobody_claims_an_order(answered, name, p_churn):
    tables, proof = answered[name]
    assert column(tables, "p_churn") == pytest.approx([p_churn] * len(column(tables, "p_churn")), abs=0.02)
    assert "Everybody did the same" in proof.verdicts["churn"].sentence
    assert not np.isfinite(proof.median("churn", "recency", "roc_auc"))


@pytest.mark.parametrize("name", ["nobody came back", "everybody leaves"])
def test_who_is_expected_to_bring_nothing_is_in_no_top_tier(answered, name):
    tables, _ = answered[name]
    assert set(column(tables, "predicted_clv")) == {0}
    assert set(column(tables, "value_tier")) == {None}


def test_all_values_equal_are_foretold_as_they_are(answered):
    found = np.array(column(answered["all equal"][0], "predicted_clv"))
    assert found == pytest.approx(np.full(len(found), 20.0), rel=0.05)


def test_where_more_comes_back_than_is_sold_nothing_is_expected_that_is_not_a_number(answered):
    tables, proof = answered["more taken back than sold"]
    totals = [one.value("actual_total") for one in proof.of("value", "same_rate")]
    assert np.isfinite(totals).all()
    assert len(column(tables, "predicted_clv")) == 20


def test_one_customer_is_foretold_by_what_they_did(answered):
    tables, proof = answered["one customer"]
    assert 0 < column(tables, "expected_orders")[0] < 3
    assert (
        "cannot tell" in proof.verdicts["churn"].sentence
        or "Everybody did" in proof.verdicts["churn"].sentence
    )


def test_a_cutoff_outside_the_data_is_refused_and_one_at_its_beginning_answered():
    with shop(SHOPS["all equal"]) as engine:
        for day in ("2024-01-01", "2030-01-01"):
            with pytest.raises(TimeError, match=day):
                check_cutoff(engine, Cutoff.parse(day))
        tables, proof = answers(engine, 30, Cutoff.parse("2025-03-02"))
    assert not proof.plan.tests
    assert set(column(tables, "p_churn")) == {None}
