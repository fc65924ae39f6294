"""One customer live has the numbers that a run gives them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.recording import RecordingEngine
from regulars.features.build import asked_apart, build_features, put_together
from regulars.features.catalog import CATALOG, Feature
from regulars.features.own import OwnFeature, read_own_features
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.testing.strategies import Shop, cutoffs, shops
from regulars.warehouse.build import build
from regulars.warehouse.history import History
from regulars.warehouse.one_customer import OF_ONE, facts_of

HORIZON = 30


def recorded(engine: DuckDBEngine, own: tuple[OwnFeature, ...] = ()) -> RecordingEngine:
    """Return an engine that has written down the features of a run."""
    live = RecordingEngine()
    for spec in OF_ONE:
        live.create_empty(spec)
    nothing_yet = Cutoff(datetime(2000, 1, 1))
    build_features(History(live, nothing_yet), HORIZON, own, engine.arrow("FROM shop_statistics"))
    live.prepare(asked_apart(catalog(own)), OF_ONE)
    return live


def catalog(own: tuple[OwnFeature, ...]) -> list[Feature]:
    return [*CATALOG, *(one.feature for one in own)]


def features_of(
    live: RecordingEngine,
    engine: DuckDBEngine,
    customer_id: str,
    cutoff: Cutoff,
    own: tuple[OwnFeature, ...] = (),
) -> list[dict[str, Any]]:
    facts = facts_of(engine, customer_id)
    for spec in OF_ONE:
        live.fill(spec, facts[spec.name])
    live.bind(cutoff=cutoff.at, last_observed_day=cutoff.last_observed_day)
    return put_together(live.answers(), catalog(own), cutoff).to_pylist()


def assert_live_is_as_in_a_run(
    engine: DuckDBEngine, cutoff: Cutoff, own: tuple[OwnFeature, ...] = ()
) -> None:
    build_features(History(engine, cutoff), HORIZON, own)
    with recorded(engine, own) as live:
        for expected in engine.rows("FROM features ORDER BY customer_id"):
            assert features_of(live, engine, expected["customer_id"], cutoff, own) == [expected]


def test_the_six_customers_live() -> None:
    with six_customer_warehouse() as engine:
        assert_live_is_as_in_a_run(engine, SIX_CUSTOMERS_CUTOFF)


def test_a_feature_of_the_shops_own_is_live_as_well(tmp_path: Path) -> None:
    (tmp_path / "n_evening_orders.sql").write_text(
        "-- name: n_evening_orders\n-- sentence: Orders after six.\n-- unit: orders\n"
        "SELECT customer_id, count(*) AS n_evening_orders FROM history_orders\n"
        "WHERE extract('hour' FROM ordered_at) >= 18 AND ordered_at < $cutoff GROUP BY customer_id\n",
        encoding="utf-8",
    )
    with six_customer_warehouse() as engine:
        assert_live_is_as_in_a_run(engine, SIX_CUSTOMERS_CUTOFF, read_own_features(tmp_path))


def test_a_customer_of_whom_nothing_is_known_has_no_row() -> None:
    with six_customer_warehouse() as engine:
        build_features(History(engine, SIX_CUSTOMERS_CUTOFF), HORIZON)
        before_all = Cutoff(SIX_CUSTOMERS_CUTOFF.at - timedelta(days=365))
        with recorded(engine) as live:
            assert features_of(live, engine, "nobody", SIX_CUSTOMERS_CUTOFF) == []
            assert features_of(live, engine, "ann", before_all) == []


@pytest.mark.slow
@settings(max_examples=10)
@given(shops(max_orders=6), cutoffs())
def test_any_shop_live(shop: Shop, cutoff: Cutoff) -> None:
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        assert_live_is_as_in_a_run(engine, cutoff)
