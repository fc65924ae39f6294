"""What happens at the very instant of a cut-off is not known at it, in any relation; a moment later it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_ratings, land_rows
from regulars.warehouse.build import build
from regulars.warehouse.history import History

BEFORE, INSTANT = datetime(2026, 1, 5, 10), datetime(2026, 2, 5)
MOMENT = timedelta(seconds=1)
Known = Callable[[str, str, datetime], list[Any]]


def line(**given: Any) -> dict[str, Any]:
    return {
        "order_id": "A", "customer_id": "ann", "ordered_at": BEFORE, "product_id": "TEA-1", "category": "Tea",
        "quantity": Decimal(1), "unit_price": Decimal(10), "updated_at": None, **given,
    }  # fmt: skip


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as engine:
        yield engine


@pytest.fixture
def known(engine: DuckDBEngine) -> Known:
    """Return a function that gives what a relation says at a cut-off."""

    def at(relation: str, column: str, cutoff: datetime) -> list[Any]:
        History(engine, Cutoff(cutoff)).need(relation)
        return [row["said"] for row in engine.rows(f"SELECT {column} AS said FROM history_{relation}")]

    return at


@pytest.mark.parametrize(
    ("relation", "money"),
    [("orders", "revenue"), ("order_lines", "amount"), ("order_categories", "revenue")],
)
def test_a_version_of_an_order(engine: DuckDBEngine, known: Known, relation: str, money: str) -> None:
    land_rows(engine, [line(updated_at=BEFORE), line(updated_at=INSTANT, quantity=Decimal(3))])
    build(engine, Settings())
    assert known(relation, money, INSTANT) == [10]
    assert known(relation, money, INSTANT + MOMENT) == [30]


@pytest.mark.parametrize("relation", ["orders", "order_lines", "order_categories"])
def test_an_order_taken_back(engine: DuckDBEngine, known: Known, relation: str) -> None:
    land_rows(engine, [line(), line(order_id="R", ordered_at=INSTANT, quantity=Decimal(-1))])
    build(engine, Settings())
    assert known(relation, "is_cancelled", INSTANT) == [False]
    assert known(relation, "is_cancelled", INSTANT + MOMENT) == [True]


def test_a_product_taken_back(engine: DuckDBEngine, known: Known) -> None:
    land_rows(engine, [line(), line(order_id="R", ordered_at=INSTANT, quantity=Decimal(-1))])
    build(engine, Settings())
    assert known("customer_products", "product_id", INSTANT) == ["TEA-1"]
    assert known("customer_products", "product_id", INSTANT + MOMENT) == []


def test_a_rating(engine: DuckDBEngine, known: Known) -> None:
    rating = {"customer_id": "ann", "product_id": "TEA-1", "rating": Decimal(5), "rated_at": INSTANT}
    land_rows(engine, [line()])
    land_ratings(engine, [rating])
    build(engine, Settings())
    assert known("ratings", "rating", INSTANT) == []
    assert known("ratings", "rating", INSTANT + MOMENT) == [5]


def test_the_ninetieth_day_counts_as_new_and_a_price_stands_in_its_own_category(engine: DuckDBEngine) -> None:
    ninety = INSTANT - timedelta(days=90)
    in_three = [
        line(ordered_at=ninety, product_id=name, category=name or None) for name in ("Tea", "Cups", "")
    ]
    three = [{**one, "product_id": one["product_id"] or "POT"} for one in in_three]
    earlier = line(order_id="B", customer_id="bob", ordered_at=ninety - MOMENT)
    land_rows(engine, [*three, earlier])
    build(engine, Settings())
    build_features(History(engine, Cutoff(INSTANT)), 30)
    found = engine.rows(
        "SELECT n_products, new_products_last_90d, n_categories FROM features ORDER BY customer_id"
    )
    assert [tuple(row.values()) for row in found] == [(3, 3, 2), (1, 0, 1)]


def test_only_product_lines_have_a_category(engine: DuckDBEngine, known: Known) -> None:
    land_rows(
        engine,
        [line(), line(product_id="D", description="Discount", category="Deals", unit_price=Decimal(-2))],
    )
    build(engine, Settings())
    assert known("order_categories", "category", INSTANT) == ["Tea"]
    assert known("order_categories", "revenue", INSTANT) == [10]
