"""Shops with next to nothing in them: sentences and empty tables, no tracebacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from regulars.describe.rhythm import window_share
from regulars.describe.tables import DESCRIBE_TABLES
from regulars.engines.duckdb import DuckDBEngine
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build
from regulars.warehouse.history import History

AT = Cutoff(datetime(2026, 3, 1))
Described = Callable[[DuckDBEngine, Cutoff], History]


def sold(customer_id: str | None, day: int, amount: str, order_id: str = "A", **more: Any) -> dict[str, Any]:
    return {
        "order_id": f"{order_id}{day}", "customer_id": customer_id, "ordered_at": datetime(2026, 1, day),
        "product_id": "TEA", "quantity": Decimal(1), "unit_price": Decimal(amount), **more,
    }  # fmt: skip


SHOPS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "nothing": ([], []),
    "sign-ups alone": ([], [{"customer_id": "eve", "signed_up_at": datetime(2026, 1, 5)}]),
    "nobody known": ([sold(None, 5, "10")], []),
    "one customer": ([sold("ann", 5, "10")], []),
    "all equal": ([sold(c, 5, "10", c) for c in "abcdefgh"], []),
    "free of charge": ([sold("ann", 5, "0.0001"), sold("bob", 6, "0.0001")], []),
    "everything taken back": (
        [sold("ann", 5, "10"), {**sold("ann", 6, "10", "C"), "quantity": Decimal(-1)}], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("shop", SHOPS)
def test_a_small_shop_is_described(described: Described, shop: str) -> None:
    engine = DuckDBEngine()
    land_rows(engine, *SHOPS[shop], has_hours=False)
    build(engine, Settings())
    described(engine, AT)
    for spec in DESCRIBE_TABLES:
        for row in engine.rows(f"SELECT * FROM {spec.name}"):
            values = [value for value in row.values() if isinstance(value, float)]
            assert all(value == value and abs(value) != float("inf") for value in values), (spec.name, row)
    sentences = [row["sentence"] for row in engine.rows("SELECT sentence FROM shop_facts")]
    assert all(sentence.endswith(".") and "nan" not in sentence for sentence in sentences)
    assert window_share(engine, (1, 5), (9, 17)).revenue_share is None


def test_dates_without_hours_leave_the_weekday(described: Described) -> None:
    engine = DuckDBEngine()
    land_rows(engine, [sold("ann", 5, "10")], has_hours=False)
    build(engine, Settings())
    described(engine, AT)
    (everybody,) = engine.rows("SELECT * FROM rhythm WHERE segment = 'all'")
    assert (everybody["weekday"], everybody["hour"], everybody["n_orders"]) == (1, None, 1)


def test_an_empty_shop_says_so(described: Described) -> None:
    engine = DuckDBEngine()
    land_rows(engine, [])
    build(engine, Settings())
    described(engine, AT)
    facts = {row["fact"]: row["sentence"] for row in engine.rows("SELECT * FROM shop_facts")}
    assert facts["n_orders"] == "There is no order before the cut-off."
    assert facts["one_time_share"] == "Nobody known has ordered yet."
    for name in (
        "revenue_by_month",
        "cohorts",
        "geography",
        "concentration",
        "rhythm",
        "activation",
        "distributions",
    ):
        assert engine.count(name) == 0
