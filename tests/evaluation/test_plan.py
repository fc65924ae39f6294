"""Which past cut-offs are chosen: a month apart, complete, with history before them."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.evaluation.plan import backtest_plan, plan_at, planned
from regulars.evaluation.year import year_plan
from regulars.ingest.tables import RAW_TABLES
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows, six_customer_orders
from regulars.warehouse.build import build

FIRST = datetime(2009, 12, 1, 7, 45)
UNTIL = Cutoff(datetime(2011, 12, 10))


def test_two_years_and_ninety_days() -> None:
    plan = planned(FIRST, UNTIL, 90)
    assert len(plan.tests) == 12
    assert [str(cutoff) for cutoff in plan.tests[-3:]] == ["2011-07-11", "2011-08-11", "2011-09-11"]
    assert str(plan.snapshots[0]) == "2010-03-11"
    assert plan.reason == "Judged at 12 past cut-offs a month apart."
    assert planned(FIRST, UNTIL, 90, n_tests=4).tests == plan.tests[-4:]


def test_months_end_where_they_end() -> None:
    plan = planned(datetime(2024, 1, 1), Cutoff(datetime(2024, 8, 30)), 30)
    assert [str(cutoff) for cutoff in plan.tests][:3] == ["2024-01-31", "2024-02-29", "2024-03-31"]


def test_a_short_history_is_judged_more_often_than_monthly() -> None:
    plan = planned(datetime(2026, 1, 1), Cutoff(datetime(2026, 4, 1)), 30)
    assert [str(cutoff) for cutoff in plan.tests] == ["2026-02-02", "2026-02-16", "2026-03-02"]
    assert "two weeks" in plan.reason


def test_the_reason_says_why_there_are_so_few() -> None:
    one = planned(datetime(2026, 1, 1), Cutoff(datetime(2026, 3, 3)), 30)
    assert len(one.tests) == 1
    assert (
        one.reason
        == "Judged at one past cut-off: the history since 2026-01-01 holds no more windows of 30 days."
    )


def test_a_history_shorter_than_the_horizon_has_no_cut_off() -> None:
    plan = planned(datetime(2026, 1, 1), Cutoff(datetime(2026, 3, 1)), 90)
    assert (plan.tests, plan.snapshots) == ((), ())
    assert "59 days long" in plan.reason


def test_a_shop_without_orders() -> None:
    with DuckDBEngine() as engine:
        for spec in RAW_TABLES:
            engine.create_empty(spec)
        build(engine, Settings())
        assert (
            backtest_plan(engine, UNTIL, 30).reason == "There is no order, so there is nothing to judge by."
        )


def test_a_shop_whose_orders_name_no_customer() -> None:
    with DuckDBEngine() as engine:
        land_rows(engine, [{**row, "customer_id": None} for row in six_customer_orders()])
        build(engine, Settings())
        plan = backtest_plan(engine, Cutoff.parse("2026-03-03"), 14)
        assert (plan.tests, plan.snapshots) == ((), ())
        said = "No order names a customer, so there is nobody to predict anything of."
        assert (plan.reason, year_plan(plan).reason) == (said, said)


def test_given_cut_offs_are_learned_for_from_the_months_before() -> None:
    tests = [Cutoff(datetime(2011, 9, 9)), Cutoff(datetime(2010, 12, 9)), Cutoff(datetime(2011, 10, 9))]
    plan = plan_at(tests, FIRST, UNTIL, 90)
    assert [str(cutoff) for cutoff in plan.tests] == ["2010-12-09", "2011-09-09"]
    assert [str(cutoff) for cutoff in plan.snapshots[:2]] == ["2010-03-09", "2010-04-09"]
    assert "1 left out because their 90 days were not over on 2011-12-10" in plan.reason


@given(st.integers(0, 1200), st.sampled_from((30, 60, 90, 180, 365)), st.integers(1, 14))
def test_every_window_is_over_and_has_a_past(days: int, horizon_days: int, n_tests: int) -> None:
    first = datetime(2023, 5, 31, 9)
    plan = planned(first, Cutoff(first + timedelta(days=days)), horizon_days, n_tests)
    assert set(plan.tests) <= set(plan.snapshots)
    assert len(plan.tests) <= n_tests
    assert list(plan.snapshots) == sorted(set(plan.snapshots), key=lambda cutoff: cutoff.at)
    for cutoff in plan.snapshots:
        assert first < cutoff.at
        assert cutoff.aftermath(horizon_days).end <= plan.until.at
    assert bool(plan.tests) == (days > horizon_days)
