"""Shops with next to nothing in them: fewer findings and a sentence for each kind, no tracebacks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.insights.conftest import POUNDS, tell, told_of
from tests.insights.test_laws import EAGER

from regulars.engines.duckdb import DuckDBEngine
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build

AT = Cutoff(datetime(2026, 3, 1))


def sold(customer_id: str | None, day: int, amount: str, order_id: str = "A", **more: Any) -> dict[str, Any]:
    return {
        "order_id": f"{order_id}{day}", "customer_id": customer_id, "ordered_at": datetime(2026, 1, day),
        "product_id": "TEA", "quantity": Decimal(1), "unit_price": Decimal(amount), **more,
    }  # fmt: skip


def without_products(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "product_id": None} for row in rows]


MONTH = [sold(f"c{n % 25}", 1 + n % 28, "10", f"O{n}-") for n in range(60)]
SHOPS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "nothing": ([], []),
    "sign-ups alone": ([], [{"customer_id": "eve", "signed_up_at": datetime(2026, 1, 5)}]),
    "nobody known": ([sold(None, day, "10") for day in range(1, 20)], []),
    "one customer": ([sold("ann", 5, "10")], []),
    "one customer, often": ([sold("ann", day, "10") for day in range(1, 28)], []),
    "all equal": ([sold(c, 5, "10", c) for c in "abcdefgh"], []),
    "free of charge": ([sold("ann", 5, "0.0001"), sold("bob", 6, "0.0001")], []),
    "everything taken back": (
        [sold("ann", 5, "10"), {**sold("ann", 6, "10", "C"), "quantity": Decimal(-1)}], [],
    ),
    "one month": (MONTH, []),
    "one month, no products": (without_products(MONTH), []),
    "names that are SQL": (
        [sold("o'hara", day, "10", description="L'Orange \"5%\"", category="Kid's") for day in range(1, 25)], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("settings", [POUNDS, EAGER], ids=["usual thresholds", "none"])
@pytest.mark.parametrize("shop", SHOPS)
def test_a_small_shop_has_an_answer(shop: str, settings: Settings) -> None:
    orders, customers = SHOPS[shop]
    told = told_of(orders, AT, settings, customers=customers, has_hours=False)
    assert len(told.tests) == 13
    for row in told.findings:
        assert row["sentence"].endswith(".")
        assert "nan" not in row["sentence"]
        assert "None" not in row["sentence"]
        assert row["money"] == row["money"]
        assert "\u00a0" not in row["sentence"]
    for row in told.tests.values():
        assert row["n_shown"] <= min(row["n_found"], settings.insights.most_per_kind)
        assert not (row["silent_because"] and row["n_found"])


def test_an_empty_shop_says_why_it_is_silent() -> None:
    told = told_of([], AT)
    assert told.findings == []
    assert all(row["silent_because"] for row in told.tests.values())
    assert told.tests["revenue_anomaly"]["silent_because"] == "there is no order"


def test_a_month_shows_neither_trend_nor_what_is_usual() -> None:
    told = told_of(MONTH, AT)
    assert "8 are needed" in told.tests["shop_trend"]["silent_because"]
    assert told.tests["revenue_anomaly"]["silent_because"]
    assert [row["kind"] for row in told.findings if row["p_adjusted"] is not None] == []


def test_too_few_orders_a_month_show_no_trend_and_too_short_a_history_nothing_unusual() -> None:
    rising = [
        sold("ann", 5, f"{10 + month}", f"{month}-") | {"ordered_at": datetime(2025, month, 5)}
        for month in range(1, 13)
    ]
    told = told_of(rising, AT, POUNDS)
    assert told.tests["shop_trend"]["silent_because"] == "most months have fewer than 20 orders"
    assert not any(row["kind"] == "shop_trend" for row in told.findings)
    # sixty orders in a month are enough orders; it is the months that are missing
    said = told_of(MONTH, AT).tests["revenue_anomaly"]["silent_because"]
    assert said.startswith("59 days of history do not show what is usual: that takes 60 days")


@pytest.mark.parametrize(("most", "is_told"), [("0.6", False), ("0.7", True)])
def test_nobody_is_singled_out_by_a_probability_that_all_have(most: str, is_told: bool) -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, MONTH)
        build(engine, POUNDS)
        engine.execute(
            f"CREATE TABLE predictions AS SELECT customer_id, CASE customer_id WHEN 'c0' THEN {most} ELSE 0.6 END AS p_churn, "
            "0.1 AS p_order_within_30d, 20 AS predicted_clv, 12 AS revenue_at_risk FROM fct_orders GROUP BY customer_id"
        )
        told = tell(engine, AT, POUNDS)
        (warning,) = told.of("churn_warning")
        assert warning["money"] == sum(row["money"] for row in told.behind(warning)) > 0
        assert ("likely not to order" in warning["sentence"]) is is_told
        assert ("overdue by their own rhythm" in warning["sentence"]) is not is_told


def test_a_shop_where_everybody_keeps_their_rhythm_is_told_so_in_words() -> None:
    told = told_of([sold("ann", 5, "10")], Cutoff(datetime(2026, 1, 6)), POUNDS)
    (row,) = [row for row in told.findings if row["kind"] == "portfolio"]
    assert row["sentence"] == (
        "Known customers brought £10 in the 1 day of history: all of it comes from 1 customer who keeps their rhythm."
    )
