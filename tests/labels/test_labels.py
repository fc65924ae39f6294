"""Labels of the six-customer shop, worked out by hand, and the laws of their windows over any shop."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import TimeError
from regulars.labels.build import build_labels
from regulars.labels.tables import LABELS
from regulars.labels.windows import complete
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
from regulars.testing.strategies import Shop, later_events, shops
from regulars.testing.walls import built
from regulars.warehouse.aftermath import Aftermath
from regulars.warehouse.build import build
from regulars.warehouse.history import History

Rows = dict[str, dict[str, Any]]


def labels(engine: DuckDBEngine, cutoff: Cutoff, days: int, **options: Any) -> Rows:
    build_labels(History(engine, cutoff), Aftermath(engine, cutoff.aftermath(days)), **options)
    return {row["customer_id"]: row for row in engine.rows("FROM labels")}


def told(rows: Rows) -> dict[str, tuple[Any, ...]]:
    return {
        name: (row["churned"], row["n_orders_next"], row["revenue_next"], row["gross_revenue_next"], row["days_to_next_order"])
        for name, row in sorted(rows.items())
    }  # fmt: skip


def test_the_six_customers_after_the_ninth_of_february() -> None:
    # Before 9 Feb: ann (A1, A2), dan (D1), fay (F1, F2). In [9 Feb, 23 Feb): A3 28.00 on the first day, the cup of A1
    # (8.00) comes back on the 10th; F3 12.50 on the 21st; dan comes on the 28th, too late; bob, cat were unknown.
    with six_customer_warehouse() as engine:
        found = labels(engine, Cutoff(datetime(2026, 2, 9)), 14)
        assert told(found) == {
            "ann": (False, 1, Decimal(20), Decimal(28), 0),
            "dan": (True, 0, Decimal(0), Decimal(0), None),
            "fay": (False, 1, Decimal("12.5"), Decimal("12.5"), 12),
        }
        assert tuple(engine.columns("labels")) == LABELS.column_names


def test_the_six_customers_after_their_cut_off() -> None:
    # [1 March, 3 March): A4 on the very instant of the cut-off. cat took everything back, eve never ordered before:
    # neither had a purchase. What dan gives back on 3 March lies behind the window.
    with six_customer_warehouse() as engine:
        found = labels(engine, SIX_CUSTOMERS_CUTOFF, 2)
        assert told(found) == {
            "ann": (False, 1, Decimal(22), Decimal(22), 0),
            "bob": (True, 0, Decimal(0), Decimal(0), None),
            "dan": (True, 0, Decimal(0), Decimal(0), None),
            "fay": (True, 0, Decimal(0), Decimal(0), None),
        }


def test_what_comes_back_is_taken_from_the_window_in_which_it_comes_back() -> None:
    # On 20 Feb at 9:10 cat has bought for 600.00; six minutes later everything is back.
    with six_customer_warehouse() as engine:
        found = labels(engine, Cutoff(datetime(2026, 2, 20, 9, 10)), 7)
        assert told(found)["cat"] == (True, 0, Decimal(-600), Decimal(0), None)


def test_an_order_counts_whatever_comes_back_later() -> None:
    # dan's D2 of 28 Feb comes back on 3 March: within the window of 1 Feb + 30 days it does not count against him.
    with six_customer_warehouse() as engine:
        found = labels(engine, Cutoff(datetime(2026, 2, 1)), 30)
        assert told(found)["dan"] == (False, 1, Decimal(11), Decimal(11), 27)


@pytest.mark.parametrize(
    ("lookback", "at_risk"), [(None, "ann dan fay"), (14, "ann fay"), (13, "ann fay"), (12, "fay")]
)
def test_who_is_asked_about_can_be_narrowed(lookback: int | None, at_risk: str) -> None:
    # On 1 Feb the last purchases were ann 19 Jan, dan 10 Jan, fay 31 Jan; 13 days before is 19 Jan.
    with six_customer_warehouse() as engine:
        found = labels(engine, Cutoff(datetime(2026, 2, 1)), 28, churn_lookback_days=lookback)
        assert sorted(found) == ["ann", "dan", "fay"]
        assert [name for name, row in sorted(found.items()) if row["is_at_risk"]] == at_risk.split()


def test_no_label_is_made_of_a_window_that_is_not_over() -> None:
    with six_customer_warehouse() as engine:  # the last order is of 2 March
        assert complete(engine, SIX_CUSTOMERS_CUTOFF, 2)
        assert not complete(engine, SIX_CUSTOMERS_CUTOFF, 2, known_until=Cutoff(datetime(2026, 3, 2)))
        with pytest.raises(TimeError, match="3 days after 2026-03-01 are not over"):
            labels(engine, SIX_CUSTOMERS_CUTOFF, 3)
        with pytest.raises(TimeError, match="not over"):
            labels(engine, SIX_CUSTOMERS_CUTOFF, 2, known_until=Cutoff(datetime(2026, 3, 2)))


def test_the_window_begins_at_the_cut_off() -> None:
    with six_customer_warehouse() as engine:
        later = Aftermath(engine, Cutoff(datetime(2026, 2, 2)).aftermath(7))
        with pytest.raises(TimeError, match="begins at"):
            build_labels(History(engine, Cutoff(datetime(2026, 2, 1))), later)


LAST = {
    "order_id": "Z", "customer_id": None, "ordered_at": datetime(2026, 10, 1), "product_id": "TEA-1",
    "description": "Green tea", "category": "Tea", "quantity": Decimal(1), "unit_price": Decimal(1),
}  # fmt: skip
"""An order after everything, so that every window is over."""
MIDNIGHTS = st.sampled_from(
    [datetime(2025, 1, 2), datetime(2025, 2, 1), datetime(2025, 3, 2), datetime(2025, 6, 1)]
)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.data())
def test_labels_see_their_window_and_nothing_after_it(data: st.DataObject) -> None:
    shop = data.draw(shops(max_orders=6)).with_events(LAST)
    cutoff, days = Cutoff(data.draw(MIDNIGHTS)), data.draw(st.sampled_from((1, 29, 120)))
    end = Cutoff(cutoff.aftermath(days).end)
    more = data.draw(later_events(Shop(shop.orders[:-1]), end))
    assert all(row["ordered_at"] >= end.at for row in more)
    with built(shop) as engine, built(shop.with_events(*more)) as other:
        assert labels(engine, cutoff, days) == labels(other, cutoff, days)


@pytest.mark.slow
@settings(max_examples=10)
@given(shops(max_orders=8), MIDNIGHTS, st.sampled_from((1, 29, 60)), st.sampled_from((1, 31, 300)))
def test_windows_tile(shop: Shop, start: datetime, first: int, second: int) -> None:
    with DuckDBEngine() as engine:
        shop.with_events(LAST).land(engine)
        build(engine, Settings())
        whole = labels(engine, Cutoff(start), first + second)
        one = labels(engine, Cutoff(start), first)
        after = Cutoff(start + timedelta(days=first))
        two = labels(engine, after, second)
        assert whole.keys() == one.keys()
        for name in (
            whole.keys() & two.keys()
        ):  # who took everything back in the first window is no buyer after it
            for column in ("n_orders_next", "revenue_next", "gross_revenue_next"):
                assert whole[name][column] == one[name][column] + two[name][column]
            assert whole[name]["churned"] == (one[name]["churned"] and two[name]["churned"])
            waits = [one[name]["days_to_next_order"]]
            if two[name]["days_to_next_order"] is not None:
                waits.append(two[name]["days_to_next_order"] + first)
            assert whole[name]["days_to_next_order"] == next(
                (wait for wait in waits if wait is not None), None
            )
