"""Shops that can carry little: what can be said is said, what cannot is null with a sentence, and nothing breaks."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.models.conftest import Fitting, drawn_orders, fitting, order, shop

from regulars.models.contender import TARGETS, CannotFit, Target
from regulars.models.fitted import Winner, fit_models
from regulars.models.line_up import contender_named, line_up
from regulars.models.predict import predict
from regulars.models.season import YEAR
from regulars.settings import Settings

SETTINGS = Settings().predictions
DAY = timedelta(days=1)
AT = datetime(2025, 3, 1, 12)


def everyone(n: int, days: list[int], amount: float = 20.0, apart: int = 0) -> list[dict[str, Any]]:
    return [order(f"c{i:03d}", AT + (day + i * apart) * DAY, amount) for i in range(n) for day in days]


def taken_back() -> list[dict[str, Any]]:
    from decimal import Decimal

    sold = everyone(20, [0, 30, 60, 90], 50.0, apart=1)
    back = [
        order(f"c{i:03d}", AT + (140 + i) * DAY, 50.0, order_id=f"C-{i}", quantity=Decimal(-3))
        for i in range(20)
    ]
    return sold + back


SHOPS = {
    "nobody came back": everyone(60, [0], apart=3),
    "one customer": everyone(1, [0, 20, 45, 80, 110]),
    "one customer, once": everyone(1, [0]),
    "all on one day": everyone(40, [0]),
    "shorter than the horizon": everyone(30, [0, 7], apart=1),
    "all equal": everyone(40, [0, 30, 60, 90, 120, 150, 180]),
    "almost free": everyone(30, [0, 40, 80, 120], 0.01, apart=1),
    "more taken back than sold": taken_back(),
    "everybody leaves": [*everyone(50, [0, 3], apart=0), order("last", AT + 200 * DAY)],
    "fifty customers": list(drawn_orders(50)),
}


@cache
def fitted(name: str) -> Fitting:
    """Return what there is to fit on in one of the shops, 30 days ahead."""
    with shop(SHOPS[name]) as engine:
        return fitting(engine, 30)


@pytest.fixture(scope="module")
def drawn() -> Fitting:
    """Return what there is to fit on in a shop of 120 customers, 60 days ahead."""
    with shop(drawn_orders(120)) as engine:
        return fitting(engine, 60)


@pytest.mark.parametrize("name", list(SHOPS))
def test_what_can_be_said_is_said(name):
    found = fitted(name)
    sentences: dict[str, str] = {}
    for contender in line_up():
        try:
            predictions = contender.fit(found.training).predict(found.present)
        except CannotFit as problem:
            sentences[contender.name] = str(problem)
            continue
        for numbers in (predictions.point, predictions.low, predictions.high):
            assert numbers is None or not np.isnan(numbers).any(), contender.name
    assert all(sentence.endswith(".") for sentence in sentences.values()), sentences
    for winner in ("bg_nbd_season", "lightgbm", "average", None):
        winners: dict[Target, Winner] = {
            target: Winner(winner, "Because.")
            for target in TARGETS
            if winner is None or any((one.target, one.name) == (target, winner) for one in line_up())
        }
        models = fit_models(found.training, winners, SETTINGS, found.encoding)
        tables = predict(models, found.present, SETTINGS)
        assert len(tables["predictions"]) == len(found.present)
        for row in tables["prediction_targets"].to_pylist():
            assert row["sentence"].endswith(".")
            if row["horizon_days"] != YEAR or row["target"] == "next_order":
                assert (row["model"] is None) == (row["target"] not in models.contenders)


def test_a_shop_where_nobody_came_back_says_so():
    found = fitted("nobody came back")
    models = fit_models(found.training, {"churn": Winner("bg_nbd_season", "Best.")}, SETTINGS)
    assert "bought a second time" in models.sentences["churn"]
    assert models.purchases is None


def test_a_shop_with_less_than_a_year_does_not_claim_a_season_and_widens_its_bands():
    long = fitted("fifty customers")
    from regulars.models.prepared import prepared
    from regulars.models.season import SeasonClock

    clock = prepared(long.training).clock
    assert clock.is_known
    days = long.present.shop_days
    assert days is not None
    assert not SeasonClock.of(days, days.first_day + 300).is_known

    from regulars.models.calibration import Bands

    dice = np.random.default_rng(0)
    predicted = np.full(2000, 10.0)
    came = dice.gamma(1, 10, 2000)
    usual, wider = (Bands.of(predicted, came, np.ones(2000), wider=wide) for wide in (False, True))
    assert (wider.around(predicted)[1] > usual.around(predicted)[1]).all()
    assert np.mean(came > usual.around(predicted)[1]) == pytest.approx(0.1, abs=0.01)
    assert np.mean(came < usual.around(predicted)[0]) == pytest.approx(0.1, abs=0.01)


def test_where_amounts_tell_nothing_of_customers_a_purchase_is_worth_what_all_are():
    # a flat Gamma-Gamma once kept the plain rule from answering, and a model far off in total shipped unopposed
    with shop(everyone(40, [0, 30, 60, 90, 120, 150, 180], 20.0, apart=1)) as engine:
        found = fitting(engine, 30)
    value, orders = contender_named("value", "bg_nbd_gamma_gamma"), contender_named("orders", "bg_nbd")
    worth = value.fit(found.training).predict(found.present).point
    assert worth == pytest.approx(20 * orders.fit(found.training).predict(found.present).point, rel=0.02)
    assert (worth > 0).all()


@pytest.mark.parametrize("name", ["bg_nbd_gamma_gamma", "same_rate", "last_year", "same_window_last_year"])
def test_a_plain_rule_that_ships_has_a_band_learned_from_past_windows(drawn, name):
    winners: dict[Target, Winner] = {"value": Winner(name, "Because.")}
    models = fit_models(drawn.training, winners, SETTINGS, drawn.encoding)
    rows = predict(models, drawn.present, SETTINGS)["predictions"].to_pylist()
    assert all(row["predicted_clv_low"] <= row["predicted_clv"] <= row["predicted_clv_high"] for row in rows)
    # nothing was predicted of somebody who may come back all the same, and nobody is promised riches
    expected, most = (sum(row[name] for row in rows) for name in ("predicted_clv", "predicted_clv_high"))
    assert 1.2 * expected < most < 20 * expected
    again = type(models.contenders["value"]).from_json(models.contenders["value"].to_json())
    assert (
        again.predict(drawn.present).high.tolist()
        == models.contenders["value"].predict(drawn.present).high.tolist()
    )


def test_as_many_are_called_leavers_as_the_precision_asked_for_allows(drawn):
    winners: dict[Target, Winner] = {"churn": Winner("bg_nbd", "Because.")}

    def models(least_precision: float | None) -> Any:
        settings = SETTINGS.model_copy(update={"least_precision": least_precision})
        return fit_models(drawn.training, winners, settings, drawn.encoding)

    newest = drawn.training.latest(1)
    p_churn = models(None).contenders["churn"].predict(newest.matrix).point
    for asked in (0.7, 0.9):
        threshold = models(asked).threshold
        called = p_churn >= threshold
        assert newest.labels.churned[called].mean() >= asked
        lower = [p for p in np.unique(p_churn) if p < threshold]
        assert all(newest.labels.churned[p_churn >= p].mean() < asked for p in lower)
    assert models(None).threshold != models(0.9).threshold


def test_spend_that_depends_on_frequency_is_told_with_the_prediction_that_assumes_it_does_not():
    rows = [
        order(f"c{i:03d}", AT + (turn * (60 // (1 + i % 6)) + i) * DAY, 10.0 * (1 + i % 6) + turn % 3)
        for i in range(60)
        for turn in range(2 * (1 + i % 6))
    ]
    winners: dict[Target, Winner] = {"value": Winner("bg_nbd_gamma_gamma", "It ships.")}
    with shop(rows) as engine:
        found = fitting(engine, 30)
    models = fit_models(found.training, winners, SETTINGS, found.encoding)
    (told,) = [
        row["sentence"]
        for row in predict(models, found.present, SETTINGS)["prediction_targets"].to_pylist()
        if (row["target"], row["horizon_days"]) == ("value", 30)
    ]
    assert told.startswith(
        "It ships. Gamma-Gamma assumes that spend does not depend on frequency; here their rank"
    )
    assert "those who buy often spend more each time." in told
