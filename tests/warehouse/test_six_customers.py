"""Every fact of the six-customer shop, worked out by hand (the story is in `testing/shops.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.settings import Settings
from regulars.testing.shops import land_rows, six_customer_orders, six_customer_sign_ups
from regulars.warehouse.build import build
from regulars.warehouse.tables import WAREHOUSE_TABLES


@pytest.fixture(scope="module")
def shop() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        land_rows(engine, six_customer_orders(), six_customer_sign_ups())
        build(engine, Settings())
        yield engine


def rows(engine: DuckDBEngine, text: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in engine.rows(text)]


def test_every_table_is_as_its_spec_says(shop: DuckDBEngine) -> None:
    for spec in WAREHOUSE_TABLES:
        described = shop.rows(f"DESCRIBE {spec.name}")
        assert {row["column_name"]: row["column_type"] for row in described} == {
            column.name: column.type for column in spec
        }


def test_keys_tell_rows_apart_and_null_is_where_the_spec_says(shop: DuckDBEngine) -> None:
    for spec in WAREHOUSE_TABLES:
        key = ", ".join(spec.key)
        assert rows(shop, f"SELECT {key} FROM {spec.name} GROUP BY ALL HAVING count(*) > 1") == []
        for column in spec:
            if not column.null_means:
                assert rows(shop, f"SELECT * FROM {spec.name} WHERE {column.name} IS NULL") == [], column.name


def test_nothing_but_the_build_s_tables_stays_behind(shop: DuckDBEngine) -> None:
    assert not [name for name in shop.tables() if name.startswith("stg_")]


def test_orders_as_placed(shop: DuckDBEngine) -> None:
    found = rows(
        shop,
        "SELECT order_id, customer_id, revenue, charges, n_lines, n_units, n_repeat_lines FROM fct_orders ORDER BY ALL",
    )
    # n_repeat_lines: A2 tea of A1; A3 tea of A1, its black tea is new; A4 tea again; F3 the cup of F1
    assert found == [
        ("A1", "ann", Decimal(28), Decimal(0), 2, Decimal(3), 0),
        ("A2", "ann", Decimal(30), Decimal(0), 1, Decimal(3), 1),
        ("A3", "ann", Decimal(28), Decimal(0), 2, Decimal(3), 1),
        ("A4", "ann", Decimal(22), Decimal(0), 1, Decimal(2), 1),
        ("B1", "bob", Decimal(50), Decimal(0), 1, Decimal(4), 0),
        ("C1", "cat", Decimal(600), Decimal(0), 1, Decimal(100), 0),
        ("D1", "dan", Decimal(16), Decimal("4.95"), 1, Decimal(2), 0),
        ("D2", "dan", Decimal(11), Decimal(0), 1, Decimal(1), 0),
        ("E1", "eve", Decimal("25.5"), Decimal(0), 1, Decimal(3), 0),
        ("F1", "fay", Decimal("12.5"), Decimal(0), 1, Decimal(1), 0),
        ("F2", "fay", Decimal(12), Decimal(0), 1, Decimal(2), 0),
        ("F3", "fay", Decimal("12.5"), Decimal(0), 1, Decimal(1), 1),
        ("U1", None, Decimal(10), Decimal(0), 1, Decimal(1), 0),
    ]


def test_unit_prices_of_an_order_leave_postage_out(shop: DuckDBEngine) -> None:
    found = rows(
        shop,
        "SELECT order_id, sum_unit_price, min_unit_price, max_unit_price, max_units_per_line "
        "FROM fct_orders WHERE order_id IN ('A1', 'D1') ORDER BY ALL",
    )
    assert found == [
        ("A1", Decimal(18), Decimal(8), Decimal(10), Decimal(2)),
        ("D1", Decimal(8), Decimal(8), Decimal(8), Decimal(2)),
    ]


def test_postage_is_a_line_that_does_not_count(shop: DuckDBEngine) -> None:
    found = rows(
        shop,
        "SELECT order_id, line_kind, counts_as_revenue, amount FROM fct_order_lines WHERE product_id = 'POST'",
    )
    assert found == [("D1", "shipping", False, Decimal("4.95"))]


def test_returns_know_their_orders(shop: DuckDBEngine) -> None:
    found = rows(
        shop, "SELECT return_id, order_id, link, returned_at, quantity, amount FROM fct_returns ORDER BY ALL"
    )
    assert found == [
        ("CA1", "A1", "exact", datetime(2026, 2, 10, 9), Decimal(1), Decimal(8)),
        ("CC1", "C1", "exact", datetime(2026, 2, 20, 9, 16), Decimal(100), Decimal(600)),
        ("CD2", "D2", "exact", datetime(2026, 3, 3, 10), Decimal(1), Decimal(11)),
    ]


def test_orders_taken_back_in_full_are_cancelled_from_that_instant(shop: DuckDBEngine) -> None:
    assert rows(shop, "SELECT * FROM fct_cancellations ORDER BY ALL") == [
        ("C1", datetime(2026, 2, 20, 9, 16), "returns"),
        ("D2", datetime(2026, 3, 3, 10), "returns"),
    ]


def test_categories_of_orders(shop: DuckDBEngine) -> None:
    found = rows(
        shop, "SELECT order_id, category, revenue FROM fct_order_categories WHERE order_id < 'B' ORDER BY ALL"
    )
    assert found == [
        ("A1", "Cups", Decimal(8)),
        ("A1", "Tea", Decimal(20)),
        ("A2", "Tea", Decimal(30)),
        ("A3", "Tea", Decimal(28)),
        ("A4", "Tea", Decimal(22)),
    ]


def test_who_counts_as_having_bought_what_and_when(shop: DuckDBEngine) -> None:
    found = rows(
        shop,
        "SELECT customer_id, product_id, bought_from, bought_until FROM fct_customer_products ORDER BY ALL",
    )
    # ann's cup came back but A1 did not come back in full, so she has bought it
    assert found == [
        ("ann", "CUP-1", datetime(2026, 1, 5, 10, 15), None),
        ("ann", "TEA-1", datetime(2026, 1, 5, 10, 15), None),
        ("ann", "TEA-2", datetime(2026, 2, 9, 18, 5), None),
        ("bob", "CUP-2", datetime(2026, 2, 14, 12), None),
        ("cat", "TEA-2", datetime(2026, 2, 20, 9), datetime(2026, 2, 20, 9, 16)),
        ("dan", "CUP-1", datetime(2026, 1, 10, 16, 30), None),
        ("dan", "TEA-1", datetime(2026, 2, 28, 23, 59), datetime(2026, 3, 3, 10)),
        ("eve", "CUP-1", datetime(2026, 3, 2, 8, 30), None),
        ("fay", "CUP-2", datetime(2026, 1, 31, 11), None),
        ("fay", "TEA-2", datetime(2026, 1, 31, 15), None),
    ]


def test_a_customer_who_moves_is_told_twice_and_a_sign_up_without_date_holds_always(
    shop: DuckDBEngine,
) -> None:
    found = rows(
        shop,
        "SELECT customer_id, valid_from, country, signed_up_at FROM dim_customers "
        "WHERE customer_id IN ('eve', 'fay') ORDER BY customer_id, valid_from NULLS FIRST",
    )
    assert found == [
        ("eve", None, "United Kingdom", datetime(2026, 2, 25, 9)),
        ("eve", datetime(2026, 3, 2, 8, 30), "United Kingdom", None),
        ("fay", datetime(2026, 1, 31, 11), "France", None),
        ("fay", datetime(2026, 2, 21, 11), "Germany", None),
    ]


def test_nothing_is_set_aside(shop: DuckDBEngine) -> None:
    assert rows(shop, "SELECT * FROM set_aside") == []


def test_building_twice_gives_the_same(shop: DuckDBEngine) -> None:
    before = {spec.name: rows(shop, f"SELECT * FROM {spec.name} ORDER BY ALL") for spec in WAREHOUSE_TABLES}
    build(shop, Settings())
    assert {
        spec.name: rows(shop, f"SELECT * FROM {spec.name} ORDER BY ALL") for spec in WAREHOUSE_TABLES
    } == before


def test_a_large_source_is_staged_elsewhere_and_built_alike(
    shop: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {spec.name: rows(shop, f"SELECT * FROM {spec.name} ORDER BY ALL") for spec in WAREHOUSE_TABLES}
    monkeypatch.setattr("regulars.warehouse.build.LARGE_ROWS", 1)
    build(shop, Settings())
    assert {
        spec.name: rows(shop, f"SELECT * FROM {spec.name} ORDER BY ALL") for spec in WAREHOUSE_TABLES
    } == before
    assert not [name for name in shop.tables() if name.startswith("stg_")]
