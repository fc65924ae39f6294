"""The six-customer shop through the rooms before this one, published: figures as on paper."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.features.tables import FEATURES, SHOP_STATISTICS
from regulars.publish.exports import export_segments
from regulars.publish.reader import Reader
from regulars.publish.release import publish
from regulars.segments.build import build_segments
from regulars.segments.tables import SEGMENT_TABLES
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.windows import Horizon
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, land_rows, six_customer_orders, six_customer_sign_ups
from regulars.warehouse.build import build
from regulars.warehouse.history import History
from regulars.warehouse.tables import AUDITS

TABLES = (FEATURES, SHOP_STATISTICS, *SEGMENT_TABLES)


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    places = Places(tmp_path_factory.mktemp("tea"))
    settings, horizon = Settings(), Horizon(60, "given")
    with DuckDBEngine() as engine:
        land_rows(engine, six_customer_orders(), six_customer_sign_ups())
        build(engine, settings)
        engine.create_empty(AUDITS)
        history = History(engine, SIX_CUSTOMERS_CUTOFF)
        build_features(history, horizon.days)
        build_segments(history, settings)
        publish(
            engine, places, tables=TABLES, cutoff=history.cutoff, horizon=horizon, settings=settings, history=history
        )  # fmt: skip
    with Reader.open(places) as reader:
        yield reader


def test_the_money_is_that_of_the_paper(six: Reader) -> None:
    (orders,) = six.sql(
        "SELECT sum(revenue) AS placed, sum(charges) AS charges, sum(return_value) AS back, sum(net_revenue) AS net FROM orders"
    ).to_pylist()
    assert orders == {"placed": 810, "charges": Decimal("4.95"), "back": 608, "net": 202}
    (customers,) = six.sql(
        "SELECT sum(gross_revenue_to_date) AS placed, sum(revenue_to_date) AS net FROM customers"
    ).to_pylist()
    assert customers == {"placed": 800, "net": 192}


def test_products_of_an_order_are_counted_once_and_postage_is_none(six: Reader) -> None:
    found = six.sql(
        "SELECT order_id, n_lines, n_products FROM orders WHERE order_id IN ('A1', 'D1')"
    ).to_pylist()
    assert sorted(tuple(row.values()) for row in found) == [("A1", 2, 2), ("D1", 1, 1)]


def test_nothing_at_or_after_the_cutoff_is_published(six: Reader) -> None:
    ids = {row["order_id"] for row in six.table("orders").to_pylist()}
    assert ids == {"A1", "A2", "A3", "B1", "C1", "D1", "D2", "F1", "F2", "F3", "U1"}
    assert {row["return_id"] for row in six.table("returns").to_pylist()} == {"CA1", "CC1"}


def test_customers_are_as_on_paper(six: Reader) -> None:
    rows = {row["customer_id"]: row for row in six.table("customers").to_pylist()}
    assert list(rows) == ["ann", "bob", "cat", "dan", "eve", "fay"]
    assert {name: row["n_orders"] for name, row in rows.items()} == {
        "ann": 3, "bob": 1, "cat": 0, "dan": 2, "eve": 0, "fay": 3,
    }  # fmt: skip
    assert rows["ann"]["revenue_to_date"] == 78
    assert rows["cat"]["first_ordered_at"] is None  # it was taken back 16 minutes later
    assert rows["fay"]["country"] == "Germany"
    assert str(rows["eve"]["signed_up_at"]) == "2026-02-25 09:00:00"


def test_a_profile_and_the_tables_agree(six: Reader) -> None:
    for name in ("features", "segments"):
        for row in six.table(name).to_pylist():
            profile = six.profile(row["customer_id"])[name]
            for column, value in profile.items():
                assert value == row[column] or value == float(row[column]), (name, column)
    assert [order["order_id"] for order in six.profile("ann")["recent_orders"]] == ["A3", "A2", "A1"]


def test_products_net_out(six: Reader) -> None:
    rows = {row["product_id"]: row for row in six.table("products").to_pylist()}
    assert list(rows) == ["CUP-1", "CUP-2", "TEA-1", "TEA-2"]  # postage is no product
    assert (rows["TEA-2"]["revenue"], rows["TEA-2"]["return_value"], rows["TEA-2"]["net_revenue"]) == (
        618,
        600,
        18,
    )


def test_every_customer_is_on_one_list(six: Reader, tmp_path: Path) -> None:
    paths = export_segments(six, tmp_path)
    rows = [line for path in paths for line in path.read_text().splitlines()[1:]]
    assert sorted(row.split(",")[0] for row in rows) == ["ann", "bob", "cat", "dan", "eve", "fay"]
