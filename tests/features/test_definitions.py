"""What the six-customer shop does not show: discounts, seasons, ties, dates without hours, shrinking customers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features, build_features_at
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build
from regulars.warehouse.history import History

CUTOFF = Cutoff(datetime(2026, 3, 1))


def line(at: str, customer_id: str = "ann", price: str = "10", **others: Any) -> dict[str, Any]:
    when = datetime.fromisoformat(at)
    return {
        "order_id": f"{customer_id}-{when:%y%m%d%H%M}", "customer_id": customer_id, "ordered_at": when,
        "product_id": "TEA", "quantity": Decimal(1), "unit_price": Decimal(price), **others,
    }  # fmt: skip


def seen(
    *rows: dict[str, Any], cutoff: Cutoff = CUTOFF, horizon_days: int = 30, **landing: Any
) -> dict[str, Any]:
    with DuckDBEngine() as engine:
        land_rows(engine, rows, **landing)
        build(engine, Settings())
        build_features(History(engine, cutoff), horizon_days)
        return {row["customer_id"]: row for row in engine.rows("FROM features")}


def test_trends_compare_the_last_90_days_with_the_90_before() -> None:
    # 90 days before 1 March is 1 December, 180 days before it 2 September.
    ann = seen(line("2025-09-02"), line("2025-11-30T23:59", price="30"), line("2025-12-01"))["ann"]
    assert ann["revenue_trend"] == pytest.approx((10 - 40) / 50)
    assert ann["order_trend"] == pytest.approx((1 - 2) / 3)
    assert (ann["n_orders_last_90d"], ann["n_orders_last_180d"], ann["revenue_last_180d"]) == (1, 3, 50.0)


def test_nothing_in_180_days_has_no_trend() -> None:
    ann = seen(line("2025-09-01T23:59"))["ann"]
    assert (
        ann["revenue_trend"],
        ann["order_trend"],
        ann["n_orders_last_180d"],
        ann["n_orders_last_365d"],
    ) == (None, None, 0, 1)


def test_the_same_window_last_year_is_half_open() -> None:
    # 365 days before 1 March 2026 is 1 March 2025; 30 days on is 31 March.
    rows = [
        line("2025-02-28T23:59"),
        line("2025-03-01"),
        line("2025-03-30T23:59", price="7"),
        line("2025-03-31"),
    ]
    found = seen(*rows, line("2025-06-01", "bob"))
    assert (
        found["ann"]["n_orders_same_window_last_year"],
        found["ann"]["revenue_same_window_last_year"],
    ) == (2, 17.0)
    assert (
        found["bob"]["n_orders_same_window_last_year"],
        found["bob"]["revenue_same_window_last_year"],
    ) == (0, 0.0)


def test_a_shop_of_less_than_a_year_has_no_last_year() -> None:
    assert seen(line("2025-03-01T00:01"))["ann"]["n_orders_same_window_last_year"] is None
    assert seen(line("2025-03-01T00:00"))["ann"]["n_orders_same_window_last_year"] == 1


def test_without_times_of_day_there_are_no_hours() -> None:
    ann = seen(line("2026-02-02"), has_hours=False)["ann"]
    assert (ann["preferred_hour"], ann["hour_concentration"], ann["preferred_weekday"]) == (None, None, 1)


def test_ties_go_to_the_earliest() -> None:
    ann = seen(line("2025-11-08T20:00"), line("2026-02-02T09:00"))["ann"]  # a Saturday in Q4, a Monday in Q1
    assert (ann["preferred_hour"], ann["preferred_weekday"], ann["preferred_quarter"]) == (9, 1, 1)
    assert ann["quarter_concentration"] == pytest.approx(0.5)  # 1 − ln 2 ÷ ln 4
    assert ann["weekend_share"] == 0.5


def test_discounts_where_they_are_known() -> None:
    ann = seen(line("2026-02-02", discount=Decimal(4)), line("2026-02-03", discount=Decimal(0)))["ann"]
    assert ann["discount_share"] == pytest.approx(6 / 16)  # 10 − 4 with, 10 without


def test_the_year_turns_the_months_on() -> None:
    ann = seen(line("2025-12-31"), line("2026-01-01"), line("2026-01-31"))["ann"]
    assert (ann["active_months_count"], ann["activity_rate"], ann["orders_per_month"]) == (
        2,
        2 / 3,
        3 / 3,
    )  # December to February


def test_a_cutoff_within_a_day_sees_that_day() -> None:
    ann = seen(line("2026-02-27T10:00"), cutoff=Cutoff(datetime(2026, 3, 1, 12)))["ann"]
    assert (ann["days_since_last_order"], ann["T"]) == (2, 2)  # the last observed day is 1 March


def test_equal_orders_have_no_spread_at_all() -> None:
    ann = seen(*(line(f"2026-02-0{day}", price="0.1") for day in (1, 2, 3, 4)))["ann"]
    assert (ann["order_value_std"], ann["order_value_cv"]) == (0.0, 0.0)
    assert (ann["std_days_between_orders"], ann["days_between_orders_cv"]) == (0.0, 0.0)


def test_a_small_spread_around_a_large_value_is_exact() -> None:
    values = ("900000000.0001", "900000000.0002", "900000000.0003")
    rows = [line(f"2026-02-0{day}", price=value) for day, value in enumerate(values, start=1)]
    assert seen(*rows)["ann"]["order_value_std"] == pytest.approx(0.0001, rel=1e-6)


def test_evenly_spaced_days_are_not_clumpy_and_a_burst_is() -> None:
    even = [line(at) for at in ("2025-12-01", "2025-12-31", "2026-01-30")]
    burst = [line(at, "bob") for at in ("2025-12-01", "2025-12-02", "2025-12-03")]
    found = seen(*even, *burst)
    assert 0 <= found["ann"]["clumpiness"] < 0.3 < found["bob"]["clumpiness"] <= 1


def test_last_and_first_order_of_one_instant_go_by_order_id() -> None:
    at = "2026-02-02T10:00"
    ann = seen(
        line(at, price="5", order_id="B"),
        line(at, price="3", order_id="A"),
        line(at, price="4", order_id="C"),
    )["ann"]
    assert (ann["first_order_value"], ann["last_order_value"]) == (3.0, 4.0)


def test_many_cutoffs_come_one_after_the_other() -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, [line("2026-01-10"), line("2026-02-10"), line("2026-02-20", "bob")])
        build(engine, Settings())
        found = {}
        for history in build_features_at(engine, [Cutoff(datetime(2026, 2, 1)), CUTOFF], 30):
            rows = engine.rows("SELECT customer_id, n_orders, cutoff FROM features ORDER BY customer_id")
            assert {row["cutoff"] for row in rows} == {history.cutoff.at}
            found[str(history.cutoff)] = [(row["customer_id"], row["n_orders"]) for row in rows]
    assert found == {"2026-02-01": [("ann", 1)], "2026-03-01": [("ann", 2), ("bob", 1)]}


def test_an_empty_shop_has_no_features_and_one_row_of_statistics() -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, [])
        build(engine, Settings())
        build_features(History(engine, CUTOFF), 30)
        assert engine.count("features") == 0
        (shop,) = engine.rows("FROM shop_statistics")
    assert shop["n_customers"] == 0
    assert shop["median_days_between_orders"] is None


def test_amounts_of_a_currency_with_many_zeros_are_no_trouble() -> None:
    rows = [
        line(f"2026-02-0{day}", price=price, category="Tea")
        for day, price in ((1, "90000000000"), (2, "10"), (3, "10"))
    ]
    ann = seen(*rows)["ann"]
    assert ann["order_value_cv"] == pytest.approx(3**0.5)
    assert ann["category_concentration"] == 1
