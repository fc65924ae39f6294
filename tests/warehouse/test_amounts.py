"""What a line is worth, what it is, and which rows are set aside by themselves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.settings import LINE_RULES, Settings
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build


def line(**given: Any) -> dict[str, Any]:
    return {
        "order_id": "A",
        "customer_id": "ann",
        "ordered_at": datetime(2026, 1, 5, 10),
        "product_id": "TEA-1",
        "quantity": Decimal(1),
        "unit_price": Decimal(10),
        **given,
    }


def built(*rows: dict[str, Any], settings: Settings | None = None) -> DuckDBEngine:
    engine = DuckDBEngine(threads=1)
    land_rows(engine, rows)
    build(engine, settings or Settings())
    return engine


def order(engine: DuckDBEngine) -> dict[str, Any]:
    return engine.row("SELECT * FROM fct_orders")


def amounts(engine: DuckDBEngine) -> list[Decimal]:
    return [row["amount"] for row in engine.rows("SELECT amount FROM fct_order_lines ORDER BY row_number")]


def test_an_amount_goes_before_quantity_times_price() -> None:
    engine = built(line(amount=Decimal(18), quantity=Decimal(2), unit_price=None), line(amount=Decimal(7)))
    assert amounts(engine) == [Decimal(18), Decimal(7)]
    assert order(engine)["sum_unit_price"] == Decimal(19)  # 18 ÷ 2, and 10 as given


def test_a_missing_quantity_is_one() -> None:
    assert amounts(built(line(quantity=None))) == [Decimal(10)]


def test_discounts_of_lines_and_of_the_order_are_taken_off() -> None:
    # 20 − 2 = 18 and 9: the order's 5 is spread as 18 : 9, 3.3333 and 1.6667
    engine = built(
        line(quantity=Decimal(2), discount=Decimal(2), order_discount=Decimal(5)), line(unit_price=Decimal(9))
    )
    assert amounts(engine) == [Decimal("14.6667"), Decimal("7.3333")]
    assert (order(engine)["revenue"], order(engine)["discount"]) == (Decimal(22), Decimal(7))


def test_what_rounding_leaves_is_on_the_first_line() -> None:
    engine = built(line(order_discount=Decimal("0.0001")), line(), line())
    assert sum(amounts(engine)) == Decimal("29.9999")
    assert amounts(engine)[1:] == [Decimal(10), Decimal(10)]


def test_an_order_s_discount_leaves_postage_alone() -> None:
    assert amounts(built(line(order_discount=Decimal(5)), line(product_id="POST"))) == [
        Decimal(5),
        Decimal(10),
    ]


def test_a_discount_with_nothing_to_spread_it_over_stays_on_its_row() -> None:
    engine = built(line(product_id="POST", order_discount=Decimal(3)))
    assert (amounts(engine), order(engine)["is_purchase"]) == ([Decimal(7)], False)


def test_tax_and_shipping_are_kept_apart() -> None:
    engine = built(
        line(tax=Decimal(2), shipping=Decimal(1), order_shipping=Decimal(4), order_tax=Decimal("0.5")),
        line(tax=Decimal(3), product_id="POST"),
    )
    assert (order(engine)["revenue"], order(engine)["charges"], order(engine)["tax"]) == (
        Decimal(10), Decimal(15), Decimal("5.5"),
    )  # fmt: skip


def test_prices_that_include_tax_are_freed_of_it() -> None:
    settings = Settings(revenue={"prices_include_tax": True})  # type: ignore[arg-type]
    assert amounts(built(line(tax=Decimal(2)), settings=settings)) == [Decimal(8)]
    assert amounts(built(line(order_tax=Decimal(4)), line(), settings=settings)) == [Decimal(8), Decimal(8)]


def test_a_line_given_away_by_a_discount_is_still_a_purchase() -> None:
    engine = built(line(discount=Decimal(10)))
    assert (order(engine)["revenue"], order(engine)["is_purchase"]) == (Decimal(0), True)


def test_a_discount_line_belongs_to_the_order_that_sells() -> None:
    engine = built(line(), line(product_id="D", unit_price=Decimal(-3)))
    assert (order(engine)["revenue"], engine.count("fct_returns")) == (Decimal(7), 0)


def test_a_discount_line_alone_gives_back() -> None:
    engine = built(line(product_id="D", quantity=Decimal(-1)))
    assert engine.row("SELECT amount, line_kind, link FROM fct_returns") == {
        "amount": Decimal(10), "line_kind": "discount", "link": "none",
    }  # fmt: skip


def test_the_amount_of_a_return_may_come_without_its_sign() -> None:
    engine = built(line(quantity=Decimal(-2), amount=Decimal(20)))
    assert engine.row("SELECT quantity, amount FROM fct_returns") == {
        "quantity": Decimal(2),
        "amount": Decimal(20),
    }


def test_costs_are_unknown_when_one_is() -> None:
    assert order(built(line(unit_cost=Decimal(4), quantity=Decimal(2))))["cost"] == Decimal(8)
    assert order(built(line(unit_cost=Decimal(4)), line()))["cost"] is None


def test_ids_are_cleaned_but_zeros_and_case_stay() -> None:
    engine = built(line(order_id=" 7.0 ", customer_id="13085.0", product_id="0042"))
    assert engine.row("SELECT order_id, customer_id, product_id FROM fct_order_lines") == {
        "order_id": "7", "customer_id": "13085", "product_id": "0042",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"product_id": "post"}, "shipping"),
        ({"product_id": "POSTER"}, "product"),
        ({"description": "Shipping to France"}, "shipping"),
        ({"product_id": "gift_0001_20"}, "voucher"),
        ({"product_id": "GIFTX0001"}, "product"),  # the underscore stands for itself
        ({"product_id": "FEE-7"}, "fee"),
        ({"product_id": "M", "description": "Discount"}, "discount"),  # the first rule that fits
    ],
)
def test_line_kinds(given: dict[str, str], kind: str) -> None:
    assert built(line(**given)).row("SELECT line_kind FROM fct_order_lines")["line_kind"] == kind


def test_a_shop_s_own_rules() -> None:
    wrap = {"kind": "fee", "product_ids": ["WRAP%*"]}
    settings = Settings(cleaning={"line_rules": [wrap, *LINE_RULES]})  # type: ignore[arg-type]
    engine = built(line(product_id="WRAP%-9"), line(product_id="WRAPPER"), settings=settings)
    assert order(engine)["charges"] == Decimal(10)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"ordered_at": datetime(2026, 11, 20, 12, 1)}, "future"),
        ({"ordered_at": datetime(1970, 1, 1)}, "before_1990"),
        ({"status": "Failed"}, "not_an_order"),
        ({"customer_id": "test 12"}, "test_customer"),
        ({"email": "someone@example.com"}, "test_customer"),
        ({"order_id": None, "customer_id": " "}, "no_order_id_and_no_customer"),
        ({"product_id": "B"}, "adjustment"),
        ({"unit_price": None}, "amount_unusable"),
        ({"quantity": Decimal("99999999999999"), "unit_price": Decimal("99999999999999")}, "amount_unusable"),
        ({"quantity": Decimal(0)}, "zero_quantity"),
        ({"unit_price": Decimal(0)}, "zero_price"),
        ({"unit_price": Decimal(0), "quantity": Decimal(-4), "customer_id": None}, "stock_adjustment"),
        ({"unit_price": Decimal(-1), "quantity": Decimal(-1)}, "negative_price"),
    ],
)
def test_rows_set_aside_by_themselves(given: dict[str, Any], reason: str) -> None:
    plain = line(order_id="B", customer_id="bob", email="bob@shop.org")
    engine = built(line(**given), plain)
    assert engine.row("SELECT reason, source, row_number FROM set_aside") == {
        "reason": reason, "source": "orders_1.csv", "row_number": 1,
    }  # fmt: skip
    assert (engine.count("fct_orders"), engine.count("fct_returns")) == (1, 0)


def test_an_anonymized_export_is_no_shop_of_tests() -> None:
    """All of a shop was set aside, because every address ended in example.com."""
    engine = built(*(line(order_id=name, customer_id=name, email=f"{name}@example.com") for name in "ABC"))
    assert (engine.count("fct_orders"), engine.count("set_aside")) == (3, 0)


def test_the_shop_s_clock_says_what_the_future_is() -> None:
    late = line(ordered_at=datetime(2026, 11, 20, 20, 0))  # loaded at noon UTC, which is 21:00 in Tokyo
    assert built(late).count("fct_orders") == 0
    assert built(late, settings=Settings(shop={"timezone": "Asia/Tokyo"})).count("fct_orders") == 1  # type: ignore[arg-type]


def test_a_product_list_fills_what_lines_leave_open() -> None:
    engine = DuckDBEngine(threads=1)
    land_rows(engine, [line(), line(product_id="CUP-1", category="Own")])
    engine.execute(
        "INSERT INTO raw_products BY NAME SELECT 1 AS load_id, 1 AS row_number, 'TEA-1' AS product_id, "
        "'Green tea' AS description, 'Tea' AS category, 3 AS unit_cost"
    )
    build(engine, Settings())
    found = engine.rows("SELECT category, unit_cost FROM fct_order_lines ORDER BY row_number")
    assert found == [{"category": "Tea", "unit_cost": Decimal(3)}, {"category": "Own", "unit_cost": None}]
    assert engine.count("dim_products") == 1
