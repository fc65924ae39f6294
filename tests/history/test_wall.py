"""Laws 1 and 2 of the wall, over shops that Hypothesis makes up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.terms.windows import Cutoff, Window
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_orders, six_customer_sign_ups
from regulars.testing.strategies import Shop, cutoffs, later_events, shops
from regulars.testing.walls import built, differing, seen
from regulars.warehouse.aftermath import Aftermath
from regulars.warehouse.history import History

SIX = Shop(six_customer_orders(), six_customer_sign_ups())
LEAKS = {
    "later_orders": "SELECT customer_id, count(*) AS n FROM fct_orders GROUP BY customer_id",
    "later_returns": "SELECT order_id FROM fct_cancellations",
    "closed_window": "SELECT order_id FROM fct_orders WHERE ordered_at <= $cutoff",
}


@pytest.mark.slow
@settings(max_examples=10)
@given(st.data())
def test_no_future_event_added_or_deleted_is_seen(data: st.DataObject) -> None:
    shop, cutoff = data.draw(shops(max_orders=6)), data.draw(cutoffs())
    more = shop.with_events(*data.draw(later_events(shop, cutoff)))
    as_it_was = seen(shop.before(cutoff), cutoff)
    assert differing(as_it_was, seen(more, cutoff)) == []


@pytest.mark.slow
@settings(max_examples=10)
@given(st.data())
def test_no_later_version_of_an_order_is_seen(data: st.DataObject) -> None:
    shop, cutoff = data.draw(shops(max_orders=4, versions=True)), data.draw(cutoffs())
    assert differing(seen(shop.before(cutoff), cutoff), seen(shop, cutoff)) == []


@pytest.mark.slow
@settings(max_examples=8)
@given(st.data())
def test_no_later_row_told_twice_is_seen(data: st.DataObject) -> None:
    shop, cutoff = data.draw(shops(max_orders=5)), data.draw(cutoffs())
    later = [row for row in shop.orders if row["ordered_at"] >= cutoff.at]
    again = data.draw(st.lists(st.sampled_from(later), max_size=4)) if later else []
    assert differing(seen(shop.before(cutoff), cutoff), seen(shop.with_events(*again), cutoff)) == []


@pytest.mark.parametrize("leak", LEAKS)
def test_the_law_notices_a_leak(leak: str) -> None:
    query = {leak: LEAKS[leak]}
    as_it_was = seen(SIX.before(SIX_CUSTOMERS_CUTOFF), SIX_CUSTOMERS_CUTOFF, **query)
    assert differing(as_it_was, seen(SIX, SIX_CUSTOMERS_CUTOFF, **query)) == [leak]


def test_a_return_does_not_reach_back_over_the_cutoff() -> None:
    late = Cutoff(SIX_CUSTOMERS_CUTOFF.at + timedelta(days=10))
    before, after = seen(SIX, SIX_CUSTOMERS_CUTOFF), seen(SIX, late)
    value = [
        {row["customer_id"]: row["revenue_to_date"] for row in one["features"]} for one in (before, after)
    ]
    assert (value[0]["dan"], value[1]["dan"]) == (27.0, 16.0)  # 16 + 11; then the 11 came back on 3 March


@pytest.mark.slow
@settings(max_examples=10)
@given(shops(max_orders=6), st.lists(cutoffs(), min_size=3, max_size=3, unique=True))
def test_windows_tile(shop: Shop, chosen: list[Cutoff]) -> None:
    first, second, third = sorted(chosen, key=lambda cutoff: cutoff.at)
    with built(shop) as engine:
        for name, key in (
            ("orders", "order_id, ordered_at"),
            ("returns", "return_id, return_line, returned_at"),
        ):

            def events(window: Window, name: str = name, key: str = key) -> list[tuple[object, ...]]:
                Aftermath(engine, window).need(name)
                rows = engine.rows(f"SELECT {key} FROM aftermath_{name} ORDER BY ALL")
                return [tuple(row.values()) for row in rows]

            parts = [*events(Window(first.at, second.at)), *events(Window(second.at, third.at))]
            assert sorted(parts) == events(Window(first.at, third.at))
            History(engine, third).need(name)
            known = engine.rows(f"SELECT {key} FROM history_{name} ORDER BY ALL")
            History(engine, first).need(name)
            earlier = engine.rows(f"SELECT {key} FROM history_{name} ORDER BY ALL")
            assert sorted([*(tuple(row.values()) for row in earlier), *parts]) == [
                tuple(row.values()) for row in known
            ]


@pytest.mark.slow
@settings(max_examples=8)
@given(st.data())
def test_what_happened_next_is_what_the_later_history_knows_of_it(data: st.DataObject) -> None:
    shop, cutoff = data.draw(shops(max_orders=5, versions=True)), data.draw(cutoffs())
    window = cutoff.aftermath(60)
    with built(shop) as engine:
        Aftermath(engine, window).need("orders", "returns")
        History(engine, Cutoff(window.end)).need("orders", "returns")
        for name, time in (("orders", "ordered_at"), ("returns", "returned_at")):
            later = engine.rows(
                f"SELECT * FROM history_{name} WHERE {time} >= $at ORDER BY ALL", {"at": cutoff.at}
            )
            assert engine.rows(f"SELECT * FROM aftermath_{name} ORDER BY ALL") == later
