"""What is answered live are the numbers of a run, and a run takes each live order in once."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from regulars import flow
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import OrderConflict
from regulars.features.own import read_own_features
from regulars.models.live import Scorer
from regulars.publish.intake import COLUMNS, LiveOrder, last_intake, newest_order_at, take_in, waiting
from regulars.publish.live import LiveScores, live_cutoff, rows_of
from regulars.publish.reader import Reader
from regulars.publish.state import State
from regulars.terms.places import Places
from regulars.warehouse.one_customer import facts_of

TABLES = ("features", "predictions", "target_predictions")


def rounded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in one order, numbers to nine digits: one row and many are not multiplied in the same order."""
    return sorted(
        ({k: float(f"{v:.8e}") if isinstance(v, float) else v for k, v in row.items()} for row in rows),
        key=lambda row: (row.get("target", ""), row.get("horizon_days", 0)),
    )


def an_order(
    reader: Reader, order_id: str, customer_id: str | None, *product_ids: str, days: int = 3
) -> LiveOrder:
    at = (reader.cutoff.at + timedelta(days=days, hours=11)).isoformat()
    line = dict.fromkeys(COLUMNS) | {"order_id": order_id, "customer_id": customer_id, "ordered_at": at}
    lines = tuple(
        line | {"product_id": product, "quantity": "2", "unit_price": "9.50"} for product in product_ids
    )
    return LiveOrder(order_id, customer_id, at, lines)


def test_without_new_orders_everybody_has_the_numbers_of_the_release(demo_shop: Path) -> None:
    places = Places(demo_shop)
    with Reader.open(places) as reader:
        live = LiveScores(reader, places)
        for customer_id in reader.table("customers").arrow["customer_id"].to_pylist()[::12]:
            found = live.of_customer(customer_id, [], reader.cutoff, 0)
            for name in TABLES:
                expected = rows_of(reader.rows_of(name, customer_id).arrow)
                assert rounded(found[name]) == rounded(expected), (customer_id, name)
        live.close()


def test_a_live_answer_is_that_of_the_run_that_takes_the_orders_in_once(places: Places) -> None:
    with Reader.open(places) as reader, State.open(places) as state:
        bought = reader.sql(
            "SELECT customer_id, product_id FROM order_lines WHERE line_kind = 'product' ORDER BY ALL LIMIT 1"
        ).to_pylist()[0]
        other = reader.sql("SELECT max(product_id) AS id FROM products").to_pylist()[0]["id"]
        who = bought["customer_id"]
        sent = [
            an_order(reader, "L1", who, bought["product_id"], other),
            an_order(reader, "L2", "a new face", other, days=5),
            an_order(reader, "L3", None, other, days=1),
        ]
        assert [one.is_new for one in take_in(state, sent)] == [True] * 3
        assert [one.is_new for one in take_in(state, sent)] == [False] * 3
        cutoff = live_cutoff(reader.cutoff, newest_order_at(state, 0))
        live = LiveScores(reader, places)
        answers = {
            one: live.of_customer(one, waiting(state, 0, one), cutoff, 1) for one in (who, "a new face")
        }
        assert answers["a new face"]["predictions"][0]["p_churn"] is not None
        n_before = len(reader.table("orders"))

        with places.settings.open("a", encoding="utf-8") as file:
            file.write("backtest_cutoffs = 1\n")  # how good the predictions are is asked elsewhere
        flow.run(places.root)

        statistics = reader.table("shop_statistics").arrow
        own = read_own_features(places.features)
        by_facts = Scorer(live.scorer.models, statistics, live.settings.predictions, own)
        with closing(by_facts), DuckDBEngine(places.warehouse, read_only=True) as warehouse:
            for customer_id, answer in answers.items():
                scored = by_facts.score(facts_of(warehouse, customer_id), cutoff)
                for name in TABLES:
                    assert rounded(answer[name]) == rounded(rows_of(scored[name])), (customer_id, name)
        live.close()
        with Reader.open(places) as after:
            assert after.cutoff == cutoff
            assert last_intake(one.source for one in after.manifest.sources) == 1
            assert waiting(state, 1) == []
            assert len(after.table("orders")) == n_before + 3
            told = ("n_orders", "revenue_to_date", "days_since_last_order")
            (row,) = after.rows_of("features", who).to_pylist()
            assert {k: row[k] for k in told} == {k: answers[who]["features"][0][k] for k in told}


def test_a_run_killed_after_landing_lands_nothing_twice(places: Places) -> None:
    from regulars.publish.intake import hand_over
    from regulars.settings import Settings
    from regulars.terms.progress import Silence

    settings = Settings.load(places.root)
    with Reader.open(places) as reader, State.open(places) as state:
        take_in(state, [an_order(reader, "L1", "ann", "P")])
        with flow.locked_warehouse(places, settings) as engine:
            n_before = engine.count("raw_order_lines")
            for later in ("L2", "L3"):  # nothing was built or published in between, and more came in
                flow.land_live_orders(engine, places, settings, Silence())
                take_in(state, [an_order(reader, later, "ann", "P")])
            flow.land_live_orders(engine, places, settings, Silence())
            flow.land_live_orders(engine, places, settings, Silence())
            assert engine.count("raw_order_lines") == n_before + 3
        assert hand_over(state, [], places.root)[0].read_text(encoding="utf-8").count("\n") == 1


def test_an_order_that_says_something_else_is_refused_and_nothing_of_its_batch_stays(places: Places) -> None:
    with Reader.open(places) as reader, State.open(places) as state:
        take_in(state, [an_order(reader, "L1", "ann", "P")])
        with pytest.raises(OrderConflict, match="L1"):
            take_in(state, [an_order(reader, "L2", "ann", "P"), an_order(reader, "L1", "bob", "P")])
        assert [one.order_id for one in waiting(state, 0)] == ["L1"]
