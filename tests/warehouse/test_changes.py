"""Orders told more than once: overlaps, versions, statuses, refunds, ids used again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.settings import Settings
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build

JAN, FEB, MAR = datetime(2026, 1, 5, 10), datetime(2026, 2, 5), datetime(2026, 3, 5)


def line(order_id: str | None, **given: Any) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "customer_id": "ann",
        "ordered_at": JAN,
        "product_id": "TEA-1",
        "quantity": Decimal(1),
        "unit_price": Decimal(10),
        **given,
    }


def built(
    *loads: list[dict[str, Any]],
    one_batch: bool = False,
    settings: Settings | None = None,
    without_hours: int = 0,
) -> DuckDBEngine:
    """Build loads; `without_hours` is the number of one that has days only."""
    engine = DuckDBEngine(threads=1)
    for number, rows in enumerate(loads, start=1):
        batch = 1 if one_batch else number
        land_rows(engine, rows, load_id=number, batch_id=batch, has_hours=number != without_hours)
    build(engine, settings or Settings())
    return engine


def rows(engine: DuckDBEngine, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in engine.rows(text)]


def reasons(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return rows(engine, "SELECT load_id, row_number, reason, detail FROM set_aside ORDER BY ALL")


def test_a_line_counts_as_often_as_in_the_copy_that_has_it_most_often() -> None:
    engine = built([line("A"), line("A")], [line("A"), line("A"), line("A")], one_batch=True)
    assert rows(engine, "SELECT n_lines, revenue FROM fct_orders") == [(3, Decimal(30))]
    assert reasons(engine) == [
        (2, 1, "overlap", "repeats row 1 of orders_1.csv"),
        (2, 2, "overlap", "repeats row 2 of orders_1.csv"),
    ]


@pytest.mark.parametrize("one_batch", [True, False])
@pytest.mark.parametrize("without_hours", [1, 2])
def test_an_export_with_days_alone_overlaps_one_with_hours(without_hours: int, one_batch: bool) -> None:
    """Both were counted: the same order stood there twice, at midnight and at ten."""
    day = JAN.replace(hour=0)
    loads = [[line("A", ordered_at=day if number == without_hours else JAN)] for number in (1, 2)]
    engine = built(*loads, one_batch=one_batch, without_hours=without_hours)
    found = rows(engine, "SELECT revenue, ordered_at FROM fct_orders")
    assert found == [(Decimal(10), JAN if one_batch or without_hours == 2 else day)]
    assert [row[2] for row in reasons(engine)] == ["overlap"]


@pytest.mark.parametrize("first", ["pending", "cancelled"])
def test_what_became_of_an_order_is_told_by_either_of_two_files(first: str) -> None:
    """Of two files given at once the first counted, and a cancellation that the second told was lost."""
    second = "cancelled" if first == "pending" else "pending"
    engine = built([line("A", status=first)], [line("A", status=second)], one_batch=True)
    assert rows(engine, "SELECT order_id, cancelled_by FROM fct_cancellations") == [("A", "status")]
    refunded = [[line("A", order_refund=Decimal(money))] for money in (0, 4)]
    engine = built(*refunded, one_batch=True)
    assert rows(engine, "SELECT amount FROM fct_returns") == [(Decimal(4),)]


def test_sections_of_one_part_overlap_like_files() -> None:
    engine = built([line("A"), line("B"), line("A", section=2)])
    assert reasons(engine) == [(1, 3, "overlap", "repeats row 1 of orders_1.csv")]


def test_a_later_load_replaces_an_order_that_changed_and_repeats_one_that_did_not() -> None:
    engine = built(
        [line("A"), line("A", product_id="CUP-1"), line("B")], [line("A", quantity=Decimal(4)), line("B")]
    )
    assert rows(engine, "SELECT order_id, version, revenue FROM fct_orders ORDER BY ALL") == [
        ("A", 1, Decimal(40)),
        ("B", 1, Decimal(10)),
    ]
    assert reasons(engine) == [
        (1, 1, "superseded", "replaced by orders_2.csv"),
        (1, 2, "superseded", "replaced by orders_2.csv"),
        (2, 2, "overlap", "repeats row 3 of orders_1.csv"),
    ]


def test_a_later_load_with_another_status_replaces_the_order() -> None:
    engine = built([line("A", status="paid")], [line("A", status="cancelled")])
    assert rows(engine, "SELECT order_id, cancelled_at, cancelled_by FROM fct_cancellations") == [
        ("A", JAN, "status")
    ]


def test_stamped_versions_are_kept_with_the_stretch_in_which_they_were_known() -> None:
    engine = built(
        [line("A", updated_at=JAN), line("A", product_id="CUP-1", updated_at=JAN)],
        [line("A", quantity=Decimal(2), updated_at=FEB)],
        [line("A", quantity=Decimal(3), updated_at=MAR)],
    )
    found = rows(engine, "SELECT version, revenue, known_from, known_until FROM fct_orders ORDER BY version")
    assert found == [(1, Decimal(20), None, FEB), (2, Decimal(20), FEB, MAR), (3, Decimal(30), MAR, None)]
    assert rows(
        engine, "SELECT product_id, bought_from, bought_until FROM fct_customer_products ORDER BY ALL"
    ) == [
        ("CUP-1", JAN, FEB),
        ("TEA-1", JAN, None),
    ]
    assert reasons(engine) == []


def test_versions_of_one_file_are_versions_too_and_the_order_of_rows_does_not_matter() -> None:
    engine = built([line("A", quantity=Decimal(2), updated_at=FEB), line("A", updated_at=JAN)])
    assert rows(engine, "SELECT version, n_units FROM fct_orders ORDER BY ALL") == [
        (1, Decimal(1)),
        (2, Decimal(2)),
    ]


def test_stamps_of_single_lines_make_no_versions() -> None:
    engine = built([line("A", updated_at=JAN), line("A", product_id="CUP-1", updated_at=FEB)])
    assert rows(engine, "SELECT version, n_lines, known_until FROM fct_orders") == [(1, 2, None)]


def test_a_product_that_a_later_version_brings_was_not_ordered_earlier() -> None:
    # A had tea until March, when a cup was added; B of February could not repeat the cup, C of April does
    cup = {"product_id": "CUP-1"}
    engine = built(
        [line("A", updated_at=JAN), line("A", updated_at=MAR), line("A", **cup, updated_at=MAR)],
        [line("B", **cup, ordered_at=FEB), line("C", **cup, ordered_at=datetime(2026, 4, 1))],
    )
    found = rows(engine, "SELECT order_id, version, n_repeat_lines FROM fct_orders ORDER BY ALL")
    assert found == [("A", 1, 0), ("A", 2, 0), ("B", 1, 0), ("C", 1, 1)]


def test_two_orders_at_one_instant_do_not_repeat_each_other() -> None:
    assert rows(built([line("A"), line("B")]), "SELECT sum(n_repeat_lines) FROM fct_orders") == [(0,)]


def test_a_cancelled_order_is_given_back_when_its_status_changed() -> None:
    engine = built(
        [line("A", updated_at=JAN, status="Paid")],
        [line("A", updated_at=FEB, status="Cancelled")],
        [line("A", updated_at=MAR, status="Cancelled")],
    )
    assert rows(engine, "SELECT order_id, link, returned_at, amount, is_row FROM fct_returns") == [
        ("A", "stated", FEB, Decimal(10), False)
    ]
    assert rows(engine, "SELECT * FROM fct_cancellations") == [("A", FEB, "status")]


def test_a_cancelled_line_leaves_the_rest_of_its_order() -> None:
    engine = built([line("A", status="delivered"), line("A", product_id="CUP-1", status="cancelled")])
    assert rows(engine, "SELECT product_id, amount FROM fct_returns") == [("CUP-1", Decimal(10))]
    assert rows(engine, "SELECT * FROM fct_cancellations") == []


def test_refunds_are_told_by_their_growth() -> None:
    engine = built(
        [line("A", updated_at=JAN)],
        [line("A", updated_at=FEB, order_refund=Decimal(4))],
        [line("A", updated_at=MAR, order_refund=Decimal(10))],
    )
    assert rows(engine, "SELECT returned_at, amount FROM fct_returns ORDER BY ALL") == [
        (FEB, Decimal(4)),
        (MAR, Decimal(6)),
    ]
    assert rows(engine, "SELECT * FROM fct_cancellations") == [("A", MAR, "status")]


def test_a_refund_of_all_that_was_paid_is_one_of_all_revenue_and_no_more() -> None:
    # paid 10 + 4.95 postage + 2 tax = 16.95
    engine = built(
        [line("A", order_refund=Decimal("16.95"), order_shipping=Decimal("4.95"), order_tax=Decimal(2))]
    )
    assert rows(engine, "SELECT amount FROM fct_returns") == [(Decimal(10),)]


def test_a_draft_is_no_order_until_it_is_paid() -> None:
    engine = built([line("A", updated_at=JAN, status="draft")], [line("A", updated_at=FEB, status="paid")])
    assert rows(engine, "SELECT version, known_from, known_until FROM fct_orders") == [(2, FEB, None)]
    assert [row[2] for row in reasons(engine)] == ["not_an_order"]


def test_receipt_numbers_that_start_again_every_day_are_different_orders() -> None:
    engine = built([line("1"), line("1", ordered_at=FEB), line("1", ordered_at=FEB, customer_id="bob")])
    assert rows(engine, "SELECT order_id, customer_id, ordered_at FROM fct_orders ORDER BY ALL") == [
        ("1", "ann", JAN),
        ("1@2026-02-05", "ann", FEB),
        ("1@2026-02-05@bob", "bob", FEB),
    ]


def test_lines_of_one_order_within_a_day_are_placed_at_the_first_and_share_a_customer() -> None:
    engine = built([line("A", ordered_at=datetime(2026, 1, 5, 10, 1), customer_id=None), line("A")])
    assert rows(engine, "SELECT customer_id, ordered_at, n_lines FROM fct_orders") == [("ann", JAN, 2)]


def test_a_return_under_the_number_of_its_order_is_stated() -> None:
    engine = built([line("A"), line("A", ordered_at=FEB, quantity=Decimal(-1))])
    assert rows(engine, "SELECT return_id, order_id, link, returned_at FROM fct_returns") == [
        ("A", "A", "stated", FEB)
    ]


def test_returns_are_linked_to_the_latest_earlier_order_that_fits_best() -> None:
    engine = built(
        [
            line("A", quantity=Decimal(2)),
            line("B", quantity=Decimal(5), ordered_at=FEB),
            line("C", quantity=Decimal(2), ordered_at=MAR),
            line(
                "R1", quantity=Decimal(-2), ordered_at=datetime(2026, 2, 20)
            ),  # exactly A, though B is later
            line(
                "R2", quantity=Decimal(-1), ordered_at=datetime(2026, 2, 20)
            ),  # none exactly: B is the latest
            line("R3", quantity=Decimal(-9), ordered_at=datetime(2026, 4, 1)),  # nobody bought nine
            line("R4", quantity=Decimal(-1), ordered_at=datetime(2025, 1, 1)),  # before everything
        ]
    )
    assert rows(engine, "SELECT return_id, order_id, link FROM fct_returns ORDER BY ALL") == [
        ("R1", "A", "exact"),
        ("R2", "B", "product"),
        ("R3", None, "none"),
        ("R4", None, "none"),
    ]
    assert rows(engine, "SELECT order_id FROM fct_cancellations") == [("A",)]


def test_one_product_given_back_twice_does_not_cancel_an_order_of_two() -> None:
    engine = built(
        [
            line("A"),
            line("A", product_id="CUP-1"),
            line("R1", quantity=Decimal(-1), ordered_at=FEB),
            line("R2", quantity=Decimal(-1), ordered_at=MAR),
        ]
    )
    assert rows(engine, "SELECT * FROM fct_cancellations") == []


def test_an_order_given_back_bit_by_bit_is_cancelled_with_the_last_bit() -> None:
    engine = built(
        [
            line("A", quantity=Decimal(3)),
            line("A", product_id="POST"),  # postage need not come back
            line("R1", quantity=Decimal(-2), ordered_at=FEB),
            line("R2", quantity=Decimal(-1), ordered_at=MAR),
        ]
    )
    assert rows(engine, "SELECT * FROM fct_cancellations") == [("A", MAR, "returns")]


def test_stretches_end_and_begin_again() -> None:
    engine = built(
        [
            line("A"),
            line("R", quantity=Decimal(-1), ordered_at=FEB),
            line("B", ordered_at=MAR, unit_price=Decimal(12)),
        ]
    )
    found = rows(
        engine, "SELECT bought_from, bought_until, unit_price FROM fct_customer_products ORDER BY ALL"
    )
    assert found == [(JAN, FEB, Decimal(10)), (MAR, None, Decimal(12))]


def test_without_order_ids_customer_and_instant_make_the_order() -> None:
    engine = built(
        [line(None), line(None, product_id="CUP-1"), line(None, ordered_at=FEB), line(None, customer_id=None)]
    )
    assert rows(engine, "SELECT order_id, n_lines FROM fct_orders ORDER BY ALL") == [
        ("ann@2026-01-05T10:00:00", 2),
        ("ann@2026-02-05T00:00:00", 1),
    ]
    assert [row[2] for row in reasons(engine)] == ["no_order_id_and_no_customer"]
