"""What no list shows, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.recommend.conftest import Row, bought

from regulars.engines.duckdb import DuckDBEngine


def every(days: range, product: str) -> list[Row]:
    return [bought(f"c{day % 7}", product, day + 0.5) for day in days]


ROWS = [
    *every(range(1, 700, 3), "steady"),
    *every(range(60, 700, 3), "gone"),
    *every(range(90, 150, 3), "winter"),
    *every(range(455, 515, 3), "winter"),
    *every(range(330, 365, 3), "spring"),
    *every(range(20, 700, 60), "rare"),
    *every(range(1, 60, 6), "poor"),
    *(bought("c1", product, 4, "with-postage", description=product) for product in ("POST", "steady")),
    *(
        {**bought(f"c{day % 7}", "poor", day - 0.2, f"C{day}"), "quantity": Decimal(-1)}
        for day in range(1, 60, 6)
    ),
    bought("c2", "poor", 2.5), bought("c3", "poor", 2.6),
]  # fmt: skip


def test_every_reason_has_its_product(shop: Callable[..., DuckDBEngine]) -> None:
    """Gone sold every third day until 60 days ago; winter came back after most of a year and is over; spring sold in
    these weeks a year ago, so its season is near; rare sells every 60 days; of poor nearly all came back.
    """
    with shop(ROWS) as engine:
        found = {row["product_id"]: row for row in engine.rows("SELECT * FROM not_recommended")}
        assert {product: row["reason"] for product, row in found.items()} == {
            "POST": "not_a_product", "gone": "discontinued", "winter": "out_of_season", "poor": "mostly_returned",
        }  # fmt: skip
        assert (
            found["gone"]["sentence"]
            == "last sold 60 days ago, after selling at least every 3 days most of the time"
        )
        assert found["winter"]["sentence"].startswith("last sold 90 days ago, and it has come back after ")
        assert found["POST"]["sentence"] == "its lines are of the kind shipping, not products"
        shown = {row["product_id"] for row in engine.rows("SELECT DISTINCT product_id FROM recommendations")}
        assert shown.isdisjoint(found)
        near = engine.rows("SELECT DISTINCT similar_product_id AS it FROM similar_products")
        assert {row["it"] for row in near}.isdisjoint(found)


def test_an_order_cancelled_in_full_is_no_return(shop: Callable[..., DuckDBEngine]) -> None:
    rows = [*every(range(1, 40, 3), "steady")]
    for n in range(20):
        rows += [
            bought(f"x{n}", "steady", 20, f"o{n}"),
            {**bought(f"x{n}", "steady", 19, f"C{n}"), "quantity": Decimal(-1)},
        ]
    with shop(rows) as engine:
        assert engine.rows("SELECT * FROM not_recommended") == []
