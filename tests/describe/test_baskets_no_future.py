"""Law 1 for baskets: nothing at or after the cut-off changes a pair, a category or a segment's share."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.describe.basket_shops import AT, Found, Row, basket

NAMES = {
    "T1": "Red bag", "T2": "Blue bag", "T3": "Owl bag", "K1": "Metal sign", "K2": "Beach sign", "K3": "Pub sign", "X": "Jug",
}  # fmt: skip
SETS = st.lists(
    st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=5, unique=True), min_size=1, max_size=8
)


def lines(baskets: list[list[str]], first: int, **more: object) -> list[Row]:
    return [
        row | {"description": NAMES[row["product_id"]]} | more
        for number, products in enumerate(baskets, start=first)
        for row in basket(number, products, "ann" if number % 2 else None)
    ]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SETS, SETS, st.integers(0, 400), st.booleans())
def test_no_later_basket_is_seen(
    before: list[list[str]], after: list[list[str]], days: int, renames: bool
) -> None:
    past = lines(before, 0)
    later = AT.at + timedelta(days=days)  # the very instant of the cut-off is later too
    future = lines(after, 100, ordered_at=later, **({"description": "Round tin"} if renames else {}))
    back = [
        row | {"order_id": f"C{row['order_id']}", "quantity": Decimal(-1), "ordered_at": later} for row in past if row["customer_id"]
    ]  # fmt: skip
    segments = {"ann": "Best"}
    with_future = Found([*past, *future, *back], segments)
    without = Found(past, segments)
    assert with_future.tables() == without.tables()
    assert with_future.facts == without.facts
