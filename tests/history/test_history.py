"""The relations of a history, on the six-customer shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.warehouse.history import RELATIONS, History

COLUMNS = {
    "orders": "order_id customer_id ordered_at order_day has_hour revenue charges discount discounted_revenue cost n_lines "
    "n_units max_units_per_line sum_unit_price min_unit_price max_unit_price n_repeat_lines country channel "
    "is_cancelled",
    "order_lines": "order_id customer_id ordered_at product_id description category line_kind counts_as_revenue quantity "
    "unit_price amount discount unit_cost is_cancelled",
    "returns": "return_id return_line order_id link customer_id returned_at product_id line_kind counts_as_revenue "
    "quantity amount",
    "purchase_days": "customer_id purchase_day n_orders revenue gap_days",
    "customer_products": "customer_id product_id category first_bought_at unit_price",
    "order_categories": "order_id customer_id ordered_at category revenue is_cancelled",
    "customers": "customer_id signed_up_at country consent name email attributes is_buyer",
    "products": "product_id description category first_sold_at last_sold_at",
    "ratings": "customer_id product_id rating rated_at",
}


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with six_customer_warehouse() as engine:
        yield engine


@pytest.fixture
def history(engine: DuckDBEngine) -> History:
    return History(engine, SIX_CUSTOMERS_CUTOFF)


@pytest.mark.parametrize("name", RELATIONS)
def test_relations_have_their_columns_and_nothing_about_when_versions_were_known(
    name: str, history: History
) -> None:
    history.need(name)
    assert history.engine.columns(f"history_{name}") == COLUMNS[name].split()


def test_orders_end_before_the_cutoff(history: History) -> None:
    history.need("orders")
    ids = [
        row["order_id"]
        for row in history.engine.rows("SELECT order_id FROM history_orders ORDER BY order_id")
    ]
    # not A4, on the very instant of the cut-off; not E1, after it; U1 has no customer and is an order all the same
    assert ids == ["A1", "A2", "A3", "B1", "C1", "D1", "D2", "F1", "F2", "F3", "U1"]


def test_an_order_is_cancelled_only_from_the_instant_when_nothing_was_left(engine: DuckDBEngine) -> None:
    def cancelled(at: datetime) -> list[str]:
        History(engine, Cutoff(at)).need("orders")
        found = engine.rows("SELECT order_id FROM history_orders WHERE is_cancelled ORDER BY order_id")
        return [row["order_id"] for row in found]

    assert cancelled(datetime(2026, 2, 20, 9, 16)) == []  # C1 is taken back at 9:16, which is not before 9:16
    assert cancelled(datetime(2026, 2, 20, 9, 17)) == ["C1"]
    assert cancelled(datetime(2026, 3, 1)) == ["C1"]  # D2 comes back on 3 March
    assert cancelled(datetime(2026, 3, 4)) == ["C1", "D2"]


def test_purchase_days(history: History) -> None:
    history.need("purchase_days")
    rows = history.engine.rows(
        "FROM history_purchase_days WHERE customer_id IN ('cat', 'fay') ORDER BY purchase_day"
    )
    assert [tuple(row.values()) for row in rows] == [  # nothing of cat, whose only order was taken back
        ("fay", date(2026, 1, 31), 2, Decimal("24.5"), None),  # F1 and F2, 12.50 + 12.00
        ("fay", date(2026, 2, 21), 1, Decimal("12.5"), 21),  # the rest of January is 0 days, then 21
    ]


def test_the_spine_holds_who_ordered_or_signed_up_before(history: History) -> None:
    history.need("customers")
    rows = history.engine.rows(
        "SELECT customer_id, country, is_buyer FROM history_customers ORDER BY customer_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("ann", "United Kingdom", True),
        ("bob", "United Kingdom", True),
        ("cat", "United Kingdom", False),  # ordered, but nothing of it was left
        ("dan", "United Kingdom", True),
        ("eve", "United Kingdom", False),  # signed up on 25 February, orders after the cut-off
        ("fay", "Germany", True),  # France in January, Germany in February
    ]


def test_attributes_are_as_of_the_cutoff(engine: DuckDBEngine) -> None:
    History(engine, Cutoff(datetime(2026, 2, 1))).need("customers")
    rows = engine.rows("SELECT customer_id, country FROM history_customers ORDER BY customer_id")
    assert [tuple(row.values()) for row in rows] == [
        ("ann", "United Kingdom"), ("dan", "United Kingdom"), ("fay", "France"),
    ]  # fmt: skip


def test_a_product_counts_as_bought_until_it_was_taken_back(engine: DuckDBEngine) -> None:
    def products(at: datetime) -> list[str]:
        History(engine, Cutoff(at)).need("customer_products")
        rows = engine.rows("SELECT product_id FROM history_customer_products WHERE customer_id = 'cat'")
        return [row["product_id"] for row in rows]

    assert products(datetime(2026, 2, 20, 9, 10)) == ["TEA-2"]
    assert products(datetime(2026, 3, 1)) == []


def test_categories_of_an_order(history: History) -> None:
    history.need("order_categories")
    rows = history.engine.rows(
        "SELECT category, revenue FROM history_order_categories WHERE order_id IN ('A3', 'A1') ORDER BY ALL"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("Cups", Decimal(8)), ("Tea", Decimal(20)), ("Tea", Decimal(28)),
    ]  # fmt: skip


def test_products_carry_the_name_they_went_by(history: History) -> None:
    history.need("products")
    rows = history.engine.rows(
        "SELECT product_id, description, category, last_sold_at FROM history_products ORDER BY 1"
    )
    assert [row["description"] for row in rows] == [
        "Small cup",
        "Large cup",
        "Green tea",
        "Black tea",
    ]  # no postage
    assert rows[2]["last_sold_at"] == datetime(2026, 2, 28, 23, 59)


def test_one_customer_alone_has_the_same_rows(engine: DuckDBEngine) -> None:
    for name in (
        "orders",
        "order_lines",
        "returns",
        "purchase_days",
        "customer_products",
        "order_categories",
        "customers",
    ):
        History(engine, SIX_CUSTOMERS_CUTOFF).need(name)
        of_all = engine.rows(f"SELECT * FROM history_{name} WHERE customer_id = 'ann' ORDER BY ALL")
        History(engine, SIX_CUSTOMERS_CUTOFF, "ann").need(name)
        assert engine.rows(f"SELECT * FROM history_{name} ORDER BY ALL") == of_all
        assert of_all


def test_an_older_history_gets_its_tables_back(engine: DuckDBEngine) -> None:
    older = History(engine, Cutoff(datetime(2026, 2, 1)))
    older.need("orders")
    newer = History(engine, SIX_CUSTOMERS_CUTOFF)
    assert "history_orders" not in engine.tables()  # nothing of another cut-off lies about
    newer.need("orders")
    assert engine.count("history_orders") == 11
    older.need("orders")
    assert engine.count("history_orders") == 5


def test_released_tables_are_made_again_when_needed(history: History) -> None:
    history.need("purchase_days")
    history.release("orders", "returns")
    assert "history_orders" not in history.engine.tables()
    history.need("orders")
    assert history.engine.count("history_orders") == 11


def test_an_empty_shop_has_an_empty_history() -> None:
    from regulars.settings import Settings
    from regulars.testing.shops import land_rows
    from regulars.warehouse.build import build

    with DuckDBEngine() as engine:
        land_rows(engine, [])
        build(engine, Settings())
        history = History(engine, SIX_CUSTOMERS_CUTOFF)
        history.need(*RELATIONS)
        assert [engine.count(f"history_{name}") for name in RELATIONS] == [0] * len(RELATIONS)
