"""Law 1: nothing at or after the cut-off changes a list. Law 5: one customer alone gets the lists that the batch has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.recommend.conftest import AT, Row, bought

from regulars.engines.duckdb import DuckDBEngine
from regulars.recommend.build import build_recommendations
from regulars.recommend.learned import Learned
from regulars.recommend.scorers import BY_NAME, DEFAULTS, Scorer, Target
from regulars.recommend.tables import RECOMMEND_TABLES
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, land_rows, six_customer_orders, six_customer_sign_ups
from regulars.testing.strategies import Shop, cutoffs, later_events, shops
from regulars.warehouse.build import build
from regulars.warehouse.history import History

MADE = [spec for spec in RECOMMEND_TABLES if spec.name != "recommendation_scorers"]
Tables = dict[str, list[dict[str, Any]]]


def tables(shop: Shop, cutoff: Cutoff) -> Tables:
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        build_recommendations(History(engine, cutoff), Settings())
        return {
            spec.name: engine.rows(f"SELECT * FROM {spec.name} ORDER BY {', '.join(spec.key)}")
            for spec in MADE
        }


def test_the_six_customer_shop_gets_its_lists_as_if_the_rest_had_not_happened() -> None:
    six = Shop(six_customer_orders(), six_customer_sign_ups())
    assert tables(six, SIX_CUSTOMERS_CUTOFF) == tables(six.before(SIX_CUSTOMERS_CUTOFF), SIX_CUSTOMERS_CUTOFF)


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_later_event_is_seen(data: st.DataObject) -> None:
    shop, cutoff = data.draw(shops(max_orders=6)), data.draw(cutoffs())
    more = shop.with_events(*data.draw(later_events(shop, cutoff)))
    assert tables(more, cutoff) == tables(shop.before(cutoff), cutoff)


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(shops(max_orders=8), cutoffs())
def test_every_table_is_as_its_spec_says(shop: Shop, cutoff: Cutoff) -> None:
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        build_recommendations(History(engine, cutoff), Settings())
        for spec in MADE:
            types = {row["column_name"]: row["column_type"] for row in engine.rows(f"DESCRIBE {spec.name}")}
            assert types == {column.name: column.type for column in spec}, spec.name
            n = engine.row(
                f"SELECT count(*) AS n, count(DISTINCT ({', '.join(spec.key)})) AS k FROM {spec.name}"
            )
            assert n["n"] == n["k"], spec.name
            for column in spec:
                if not column.null_means:
                    assert engine.row(
                        f"SELECT count(*) AS n FROM {spec.name} WHERE {column.name} IS NULL"
                    ) == {"n": 0}


def many() -> list[Row]:
    """Return a shop of sixty customers who buy, of thirty products, rather those of their kind."""
    dice = random.Random(4)
    rows = []
    for customer in range(60):
        for order in range(dice.randint(1, 6)):
            days = dice.uniform(0.1, 400)
            for _ in range(dice.randint(1, 5)):
                product = (customer % 3) * 10 + min(int(dice.expovariate(0.3)), 29)
                rows.append(bought(f"c{customer:02d}", f"p{product % 30:02d}", days, f"o{customer}-{order}"))
    return rows


@pytest.fixture(scope="module")
def built() -> Iterator[DuckDBEngine]:
    """Return the warehouse of the sixty, and of one who only signed up."""
    with DuckDBEngine() as engine:
        land_rows(engine, many(), [{"customer_id": "new", "signed_up_at": AT.at.replace(month=2)}])
        build(engine, Settings())
        yield engine


@pytest.mark.parametrize("try_next", ["cosine_now", "cosine", "cosine_log", "popular"])
@pytest.mark.parametrize("buy_again", ["habit", "bought_often", "popular"])
def test_one_customer_alone_gets_the_lists_of_the_batch(
    built: DuckDBEngine, buy_again: str, try_next: str
) -> None:
    scorers: dict[Target, Scorer] = {
        **DEFAULTS,
        "buy_again": BY_NAME[buy_again],
        "try_next": BY_NAME[try_next],
    }
    build_recommendations(History(built, AT), Settings(), scorers)
    batch = built.rows("SELECT * FROM recommendations ORDER BY customer_id, list, rank")
    learned = Learned.of(
        built.arrow("SELECT * FROM product_demand ORDER BY md5(product_id)"),
        built.arrow("SELECT * FROM product_neighbors ORDER BY md5(neighbor_id), rank"),
        scorers,
    )
    assert len({row["customer_id"] for row in batch}) == 61
    for customer in ("c00", "c17", "c42", "new"):
        build_recommendations(History(built, AT, customer), Settings(), learned=learned)
        alone = built.rows("SELECT * FROM recommendations ORDER BY customer_id, list, rank")
        assert alone == [row for row in batch if row["customer_id"] == customer]
