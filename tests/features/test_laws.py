"""Live scoring equals batch scoring (law 5), and a run repeated gives the same numbers, over any shop."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.testing.strategies import Shop, cutoffs, shops
from regulars.warehouse.build import build
from regulars.warehouse.history import History

HORIZON_DAYS = 30


@pytest.mark.slow
@settings(max_examples=10)
@given(st.data())
def test_a_customer_scored_alone_is_the_row_of_the_batch(data: st.DataObject) -> None:
    shop, cutoff = data.draw(shops(max_orders=6)), data.draw(cutoffs())
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        build_features(History(engine, cutoff), HORIZON_DAYS)
        batch = engine.rows("FROM features ORDER BY customer_id")
        statistics = engine.arrow("FROM shop_statistics")
        for row in batch:
            build_features(History(engine, cutoff, row["customer_id"]), HORIZON_DAYS, statistics=statistics)
            assert engine.rows("FROM features") == [row]
            assert engine.arrow("FROM shop_statistics").equals(statistics)


@pytest.mark.slow
@settings(max_examples=6)
@given(shops(max_orders=8), cutoffs())
def test_money_of_the_features_is_the_money_of_the_history(shop: Shop, cutoff: Cutoff) -> None:
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        history = History(engine, cutoff)
        build_features(history, HORIZON_DAYS)
        history.need("orders", "returns")
        net = engine.row(
            """SELECT
                (SELECT coalesce(sum(revenue), 0) FROM history_orders WHERE customer_id IS NOT NULL)
                - (SELECT coalesce(sum(amount), 0) FROM history_returns
                   WHERE counts_as_revenue AND customer_id IN (SELECT customer_id FROM history_orders)) AS money"""
        )["money"]
        told = engine.rows("SELECT revenue_to_date FROM features")
        assert sum(row["revenue_to_date"] for row in told) == pytest.approx(float(net), abs=1e-6)


def test_two_runs_on_several_threads_give_the_same_bits() -> None:
    dice = random.Random(7)
    rows = [
        {
            "order_id": f"O{number}", "customer_id": f"C{int(600 * dice.random() ** 2)}",
            "ordered_at": datetime(2025, 1, 1) + timedelta(minutes=dice.randrange(500_000)),
            "product_id": f"P{dice.randrange(40)}", "category": f"K{dice.randrange(5)}",
            "quantity": Decimal(dice.randrange(1, 9)), "unit_price": Decimal(dice.randrange(1, 9_999)) / 100,
        }
        for number in range(4_000)
    ]  # fmt: skip
    with DuckDBEngine(threads=4) as engine:
        land_rows(engine, rows)
        build(engine, Settings())
        found = []
        for _ in range(2):
            build_features(History(engine, Cutoff.parse("2026-01-01")), HORIZON_DAYS)
            found.append(engine.arrow("FROM features ORDER BY customer_id"))
    assert found[0].num_rows > 400
    assert found[0].equals(found[1])
