"""Shops carried through to their lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.recommend.build import build_recommendations
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, land_rows, six_customer_warehouse
from regulars.warehouse.build import build
from regulars.warehouse.history import History

Row = dict[str, Any]
AT = Cutoff(datetime(2026, 3, 1))


def bought(customer: str | None, product: str | None, days_ago: float, order: str = "", **more: Any) -> Row:
    """One line of an order; an order holds what a customer bought at an instant."""
    at = AT.at - timedelta(days=days_ago)
    return {
        "order_id": order or f"{customer}-{days_ago}", "customer_id": customer, "ordered_at": at, "product_id": product,
        "description": product and product.title(), "quantity": Decimal(1), "unit_price": Decimal(5), **more,
    }  # fmt: skip


@pytest.fixture(scope="session")
def shop() -> Callable[..., DuckDBEngine]:
    """Return a function that builds a warehouse from lines and makes its lists at the cut-off."""

    def of(rows: list[Row], customers: list[Row] = [], settings: Settings = Settings()) -> DuckDBEngine:  # noqa: B006, B008
        engine = DuckDBEngine()
        land_rows(engine, rows, customers)
        build(engine, settings)
        build_recommendations(History(engine, AT), settings)
        return engine

    return of


@pytest.fixture(scope="module")
def six() -> DuckDBEngine:
    """Return the six-customer shop with its lists."""
    engine = six_customer_warehouse()
    build_recommendations(History(engine, SIX_CUSTOMERS_CUTOFF), Settings())
    return engine


def lists(engine: DuckDBEngine, customer: str) -> dict[str, list[str]]:
    """Return a customer's lists, the best first."""
    rows = engine.rows(
        "SELECT list, product_id FROM recommendations WHERE customer_id = $who ORDER BY list, rank",
        {"who": customer},
    )
    found: dict[str, list[str]] = {"buy_again": [], "try_next": []}
    for row in rows:
        found[row["list"]].append(row["product_id"])
    return found
