"""Files that tell the money of whole orders alone, on every line or on the first: it counts once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.ingest.landing import Landing, land
from regulars.settings import Settings

HEADER = "order_id,customer_id,order_date,sku,qty,"
Landed = Callable[[str], tuple[Landing, list[dict[str, Any]]]]


@pytest.fixture
def landed(engine: DuckDBEngine, write: Callable[..., Path], rows: Callable[..., Any]) -> Landed:
    def of(text: str) -> tuple[Landing, list[dict[str, Any]]]:
        return land(engine, [write(text)], Settings()), rows()

    return of


def amounts(lines: list[dict[str, Any]], order_id: str) -> list[Decimal]:
    return [line["amount"] for line in lines if line["order_id"] == order_id]


@pytest.mark.parametrize("repeated", ["10.00", ""], ids=["on every line", "on the first line"])
def test_the_total_of_an_order_is_shared_out_among_its_lines(landed: Landed, repeated: str) -> None:
    landing, lines = landed(
        f"{HEADER}order_total\n"
        "1,ann,2024-01-05,TEA,1,10.00\n"
        f"1,ann,2024-01-05,CUP,1,{repeated}\n"
        f"1,ann,2024-01-05,POT,2,{repeated}\n"
        "2,bob,2024-01-06,TEA,1,7.50\n"
    )
    assert amounts(lines, "1") == [Decimal("3.3334"), Decimal("3.3333"), Decimal("3.3333")]
    assert amounts(lines, "2") == [Decimal("7.50")]
    assert any("'order_total' is the money of a whole order" in note for note in landing.notes)


def test_shipping_and_a_discount_of_the_order_are_taken_from_the_whole(landed: Landed) -> None:
    _, lines = landed(
        f"{HEADER}order_total,order_shipping,order_discount\n"
        "1,ann,2024-01-05,TEA,1,23.00,5.00,2.00\n1,ann,2024-01-05,CUP,1,23.00,5.00,2.00\n"
    )
    # 23 = 20 for the goods - 2 + 5
    assert amounts(lines, "1") == [Decimal(10), Decimal(10)]
    assert [line.get("order_shipping") for line in lines] == [Decimal(5), None]
    assert [line.get("order_discount") for line in lines] == [Decimal(2), None]


def test_what_is_given_back_is_shared_out_too(landed: Landed) -> None:
    _, lines = landed(
        f"{HEADER}order_total\n1,ann,2024-01-05,TEA,-1,-0.01\n1,ann,2024-01-05,CUP,-1,-0.01\n"
        "2,bob,2024-01-06,TEA,1,7.50\n2,bob,2024-01-06,CUP,1,7.50\n"
    )
    assert amounts(lines, "1") == [Decimal("-0.005"), Decimal("-0.005")]


def test_totals_that_differ_within_orders_are_those_of_lines(landed: Landed) -> None:
    landing, lines = landed(
        f"{HEADER}order_total\n1,ann,2024-01-05,TEA,1,4.00\n1,ann,2024-01-05,CUP,1,6.00\n2,bob,2024-01-06,TEA,1,4.00\n"
    )
    assert amounts(lines, "1") == [Decimal(4), Decimal(6)]
    assert not any("whole order" in note for note in landing.notes)


def test_a_total_that_might_be_a_lines_is_an_orders_where_no_order_of_many_has_two(landed: Landed) -> None:
    def shop(n: int) -> str:
        return f"{HEADER}total\n" + "".join(
            f"{order},ann,2024-01-{order:02},{product},1,{order}.00\n"
            for order in range(1, n + 1)
            for product in ("TEA", "CUP")
        )

    _, few = landed(shop(3))
    assert sum(line["amount"] for line in few) == 12
    _, many = landed(shop(12))
    assert sum(line["amount"] for line in many if line["load_id"] == 2) == 78
