"""Where time stands: the cut-off and the horizon that follow from the orders."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import NothingUsable, TimeError
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, land_rows, six_customer_orders
from regulars.warehouse.build import build
from regulars.warehouse.clock import check_cutoff, default_cutoff, default_horizon, last_order_at


@pytest.fixture(scope="module")
def shop() -> DuckDBEngine:
    engine = DuckDBEngine()
    land_rows(engine, six_customer_orders())
    build(engine, Settings())
    return engine


def visits(*days: int) -> DuckDBEngine:
    """Build a shop with one customer who comes on these days."""
    engine = DuckDBEngine()
    land_rows(
        engine,
        [
            {"order_id": f"A{day}", "customer_id": "ann", "ordered_at": datetime(2025, 1, 1) + timedelta(days=day),
             "product_id": "TEA-1", "unit_price": Decimal(5)}
            for day in days
        ],
    )  # fmt: skip
    build(engine, Settings())
    return engine


def test_the_cut_off_is_the_first_midnight_after_the_last_order(shop: DuckDBEngine) -> None:
    assert last_order_at(shop) == datetime(2026, 3, 2, 8, 30)  # eve; the return of 3 March is no order
    assert default_cutoff(shop) == Cutoff(datetime(2026, 3, 3))


def test_a_cut_off_beyond_what_was_observed_is_refused(shop: DuckDBEngine) -> None:
    check_cutoff(shop, Cutoff(datetime(2026, 3, 3)))
    with pytest.raises(
        TimeError, match=r"the cut-off 2026-03-04 lies beyond the last order \(2026-03-02\)"
    ) as problem:
        check_cutoff(shop, Cutoff(datetime(2026, 3, 4)))
    assert problem.value.hint == "choose a cut-off up to 2026-03-03, or load newer orders with `regulars run`"


def test_a_cut_off_before_everything_is_refused(shop: DuckDBEngine) -> None:
    with pytest.raises(TimeError, match="before the first order"):
        check_cutoff(shop, Cutoff(datetime(2026, 1, 5)))


def test_the_horizon_is_where_four_of_five_gaps_have_closed() -> None:
    # gaps of 10, 10, 10, 40, 200 days: three of five within 30, four within 60
    horizon = default_horizon(visits(0, 10, 20, 30, 70, 270), Cutoff(datetime(2027, 1, 1)))
    assert horizon.days == 60
    assert horizon.reason == "80\u00a0% of 5 returns to the shop came within 60 days of the visit before"


def test_the_horizon_knows_nothing_of_what_comes_later() -> None:
    shop = visits(0, 10, 20, 30, 70, 270)
    assert default_horizon(shop, Cutoff(datetime(2025, 2, 1))).days == 30  # only the three gaps of ten days


def test_the_six_customers_have_four_gaps_before_the_cut_off(shop: DuckDBEngine) -> None:
    # ann 14 and 21 days; dan 49; fay 21; cat's order was taken back
    horizon = default_horizon(shop, SIX_CUSTOMERS_CUTOFF)
    assert (horizon.days, horizon.reason[:10]) == (60, "100\u00a0% of 4")


def test_gaps_beyond_a_year_end_at_a_year() -> None:
    assert default_horizon(visits(0, 500, 1000), Cutoff(datetime(2030, 1, 1))).days == 365


def test_without_a_second_visit_the_horizon_says_so() -> None:
    horizon = default_horizon(visits(3), Cutoff(datetime(2026, 1, 1)))
    assert horizon.days == 90
    assert horizon.reason.startswith("nobody has come back")


def test_no_order_at_all() -> None:
    shop = visits()
    assert last_order_at(shop) is None
    with pytest.raises(NothingUsable):
        default_cutoff(shop)
