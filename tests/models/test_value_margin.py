"""Contribution margin: from costs where they are known, each customer's own drawn toward the shop's; else as set."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.models.conftest import order, shop

from regulars.features.build import build_features
from regulars.models.fitted import Models, Winner, fit_models
from regulars.models.matrix import FeatureMatrix, read_matrix
from regulars.models.predict import predict
from regulars.models.store import open_models, save
from regulars.models.training import Training
from regulars.models.value_margin import Costs, Margins
from regulars.settings import Predictions
from regulars.terms.windows import Cutoff
from regulars.warehouse.history import History

AT, DAY = datetime(2025, 3, 1, 12), timedelta(days=1)
CUTOFF = Cutoff(AT + 100 * DAY)
COSTS = {"dear": "16", "cheap": "4", "loss": "30", "once": "4"}
"""What a thing that sells for 20 costs the shop, by who buys it."""
RULE = {"value": Winner("same_rate", "Best.")}


def orders(costed: bool = True, without: int = 0) -> list[dict]:
    """Return 24 orders of each customer, one of "once"; the first so many of everybody without a known cost."""
    found = []
    for customer, cost in COSTS.items():
        for n in range(1 if customer == "once" else 24):
            known = costed and n >= without
            found.append(order(customer, AT + n * 3 * DAY, unit_cost=Decimal(cost) if known else None))
    return found


def predicted(rows: list[dict], settings: Predictions, customer: str | None = None) -> tuple[dict, Models]:
    with shop(rows) as engine:
        build_features(History(engine, CUTOFF), 30)
        matrix, encoding = read_matrix(engine)
        models = fit_models(Training.at(CUTOFF, matrix, [], 30), RULE, settings, encoding)
        if customer:
            statistics = engine.arrow("FROM shop_statistics")
            build_features(History(engine, CUTOFF, customer), 30, statistics=statistics)
            matrix, _ = read_matrix(engine, encoding)
    table = predict(models, matrix, settings)["predictions"]
    return {row["customer_id"]: row for row in table.to_pylist()}, models


def share(row: dict) -> float:
    return row["predicted_margin"] / row["predicted_clv"]


def test_costs_give_each_customer_a_margin_drawn_toward_that_of_the_shop():
    found, models = predicted(orders(), Predictions(margin=0.9))
    assert models.margins is not None
    overall = 1 - (24 * (16 + 4 + 30) + 4) / (73 * 20)
    assert models.margins.shop == pytest.approx(overall)
    for customer, n in (("dear", 24), ("cheap", 24), ("loss", 24), ("once", 1)):
        own = 1 - float(COSTS[customer]) / 20
        assert share(found[customer]) == pytest.approx((n * own + 3 * overall) / (n + 3))
        assert found[customer]["margin_from"] == "costs"
    assert found["loss"]["predicted_margin"] < 0 < found["once"]["predicted_margin"]


def test_one_customer_alone_gets_the_same():
    everybody, _ = predicted(orders(), Predictions())
    alone, _ = predicted(orders(), Predictions(), "dear")
    assert alone == {"dear": everybody["dear"]}


@pytest.mark.parametrize(
    ("rows", "settings", "source"),
    [
        (orders(costed=False), Predictions(margin=0.25), "settings"),
        (orders(without=20), Predictions(margin=0.25), "settings"),
        (orders(without=5), Predictions(margin=0.25), "costs"),
        (orders(costed=False), Predictions(), None),
    ],
    ids=["no costs", "costs of a fifth", "costs of most", "nothing known"],
)
def test_too_few_costs_leave_it_to_the_settings(rows, settings, source):
    found, _ = predicted(rows, settings)
    assert {row["margin_from"] for row in found.values()} == {source}
    if source == "settings":
        assert [share(row) for row in found.values()] == pytest.approx([0.25] * 4)
    if source is None:
        assert {row["predicted_margin"] for row in found.values()} == {None}


def test_a_contact_is_worth_what_the_shop_keeps():
    with shop(orders()) as engine:
        build_features(History(engine, CUTOFF), 30)
        matrix, encoding = read_matrix(engine)
        winners = RULE | {"churn": Winner("same_rate", "Best.")}
        models = fit_models(Training.at(CUTOFF, matrix, [], 30), winners, Predictions(), encoding)
    settings = Predictions(save_rate=0.1, contact_cost=1.0)
    for row in predict(models, matrix, settings)["predictions"].to_pylist():
        kept = row["revenue_at_risk"] * 0.1 * share(row)
        assert row["contact_gain"] == pytest.approx(kept - 1)


def test_margins_come_back_from_the_file(tmp_path):
    _, models = predicted(orders(), Predictions())
    save(models, tmp_path)
    assert open_models(tmp_path).margins == models.margins


def test_what_was_cancelled_or_came_later_does_not_count():
    bought = [
        *orders(),
        order("dear", CUTOFF.at, unit_cost=Decimal(0)),
        order("dear", AT + 90 * DAY, 500.0, unit_cost=Decimal(1), status="cancelled"),
    ]
    plain, _ = predicted(orders(), Predictions())
    found, _ = predicted(bought, Predictions())
    assert share(found["dear"]) == pytest.approx(share(plain["dear"]))


def matrix_of(n: int) -> FeatureMatrix:
    ids = np.array([f"c{i}" for i in range(n)], dtype=object)
    return FeatureMatrix(ids, np.full(n, np.datetime64(CUTOFF.at, "us")), (), np.empty((n, 0)))


def test_rows_of_a_matrix_keep_their_costs():
    from dataclasses import replace

    column = np.arange(4.0)
    matrix = replace(matrix_of(4), costs=Costs(column, column, column / 2, column))
    for part in (matrix.rows(np.array([2, 0])), matrix.without().rows(column == 2)):
        assert part.costs is not None
        assert part.costs.revenue[0] == 2


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 2)), min_size=1, max_size=20),
)
def test_a_margin_lies_between_that_of_the_customer_and_that_of_the_shop(drawn):
    revenue = np.array([one[0] for one in drawn])
    costed = revenue * np.array([one[1] for one in drawn])
    cost = costed * np.array([one[2] for one in drawn])
    margins = Margins.learned(Costs(revenue, costed, cost, np.ones(len(drawn))))
    if margins is None:
        assert costed.sum() <= 0.5 * revenue.sum() + 1e-9
        return
    found = margins.of(Costs(revenue, costed, cost, np.ones(len(drawn))))
    own = np.where(costed > 0, 1 - cost / np.maximum(costed, 1e-300), margins.shop)
    assert (found >= np.minimum(own, margins.shop) - 1e-6).all()
    assert (found <= np.maximum(own, margins.shop) + 1e-6).all()
    assert "%" in margins.sentence
