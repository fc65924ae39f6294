"""The dirt that was put into the synthetic shop comes back from landing and warehouse, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.demo.shop import DemoShop, write_shop
from regulars.engines.duckdb import DuckDBEngine
from regulars.ingest.landing import land
from regulars.settings import Settings
from regulars.terms.progress import Silence
from regulars.warehouse.audits import audit
from regulars.warehouse.build import build


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> DemoShop:
    return write_shop(tmp_path_factory.mktemp("shop"), customers=400, seed=3)


@pytest.fixture(scope="module")
def built(shop: DemoShop) -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        land(engine, [str(path) for path in shop.paths], Settings(), Silence())
        build(engine, Settings(), Silence())
        audit(engine, Settings())
        yield engine


def test_every_row_is_landed(shop: DemoShop, built: DuckDBEngine) -> None:
    assert built.count("raw_order_lines") == shop.facts.rows_in_files
    assert built.count("raw_rejects") == 0
    assert built.count("raw_customers") == shop.facts.customers + shop.facts.never_ordered


def test_what_is_set_aside_is_what_was_put_in(shop: DemoShop, built: DuckDBEngine) -> None:
    found = built.rows("SELECT reason, count(*) AS n FROM set_aside GROUP BY reason")
    assert {row["reason"]: row["n"] for row in found} == {
        "overlap": shop.facts.overlap_rows,
        "zero_price": shop.facts.zero_price_lines,
        "test_customer": shop.facts.test_orders,
    }


def test_the_money_arrives(shop: DemoShop, built: DuckDBEngine) -> None:
    facts = shop.facts
    sold = built.row(
        "SELECT count(*) AS n, sum(amount) AS amount FROM fct_order_lines WHERE line_kind = 'product'"
    )
    assert sold == {"n": facts.order_lines + facts.duplicate_lines, "amount": facts.placed + facts.duplicated}
    back = built.row("SELECT sum(amount) AS amount FROM fct_returns WHERE line_kind = 'product'")
    assert back["amount"] == facts.cancelled + facts.returned


def test_postage_is_no_revenue(shop: DemoShop, built: DuckDBEngine) -> None:
    lines = built.rows(
        "SELECT DISTINCT line_kind, counts_as_revenue FROM fct_order_lines WHERE product_id = 'POST'"
    )
    assert lines == [{"line_kind": "shipping", "counts_as_revenue": False}]
    n = built.row("SELECT count(*) AS n FROM fct_order_lines WHERE line_kind = 'shipping'")["n"]
    assert n == shop.facts.postage_lines


def test_guests_stay_untracked(shop: DemoShop, built: DuckDBEngine) -> None:
    orders = built.row(
        "SELECT count(*) FILTER (customer_id IS NULL) AS guests, count(*) AS n FROM fct_orders"
    )
    assert orders == {"guests": shop.facts.guest_orders, "n": shop.facts.orders + shop.facts.guest_orders}


def test_cancelled_orders_are_found(shop: DemoShop, built: DuckDBEngine) -> None:
    """Those of customers; guests cannot be linked, and a few credit notes fit an earlier order as well."""
    quick = built.row(
        """
        SELECT count(*) AS n FROM fct_cancellations JOIN fct_orders USING (order_id)
        WHERE cancelled_at <= ordered_at + INTERVAL 45 MINUTE
        """
    )["n"]
    of_customers = shop.facts.cancelled_orders - shop.facts.guest_cancelled_orders
    assert 0.95 * of_customers <= quick <= of_customers


def test_the_audit_says_so_unprompted(shop: DemoShop, built: DuckDBEngine) -> None:
    facts = shop.facts
    found = {row["audit"]: row["n_rows"] for row in built.rows("FROM audits")}
    wanted = {
        "repeated_loads": facts.overlap_rows,
        "duplicate_lines": facts.duplicate_lines,
        "test_customers": facts.test_orders,
        "unusable_prices": facts.zero_price_lines,
        "missing_descriptions": facts.zero_price_lines,
        "non_product_lines": facts.postage_lines,
    }
    assert {name: found[name] for name in wanted} == wanted
    assert found["cancelled_within_an_hour"] > 0
    assert found["unreadable_rows"] == found["future_dates"] == 0


def test_the_warehouse_knows_the_customers_of_the_truth(shop: DemoShop, built: DuckDBEngine) -> None:
    agree = built.row(
        f"""
        SELECT count(*) FILTER (seen.n IS NOT DISTINCT FROM truth.n_orders) AS same, count(*) AS n
        FROM read_parquet('{Path(shop.truth)}') AS truth
        FULL JOIN (SELECT customer_id, count(*) AS n FROM fct_orders WHERE customer_id IS NOT NULL GROUP BY 1) AS seen
            USING (customer_id)
        """
    )
    assert agree == {"same": shop.facts.customers, "n": shop.facts.customers}
    dated = "SELECT count(*) FILTER (signed_up_at IS NOT NULL) AS n FROM dim_customers"
    assert built.row(dated)["n"] == shop.facts.customers + shop.facts.never_ordered
