"""Shops with next to nothing in them: empty tables and sentences, no tracebacks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.recommend.conftest import Row, bought, lists

from regulars.engines.duckdb import DuckDBEngine

SHOPS: dict[str, tuple[list[Row], list[Row]]] = {
    "nothing": ([], []),
    "sign-ups alone": ([], [{"customer_id": "eve", "signed_up_at": bought("x", "x", 9)["ordered_at"]}]),
    "nobody known": ([bought(None, "tea", 5, "o1"), bought(None, "cup", 5, "o1")], []),
    "no products": ([bought("ann", None, 5), bought("bob", None, 6)], []),
    "one customer, one product": ([bought("ann", "tea", 5)], []),
    "one product for everybody": ([bought(who, "tea", 5) for who in "abcdefgh"], []),
    "everybody bought everything": (
        [bought(who, what, 5) for who in "abcdefgh" for what in ("tea", "cup", "pot")],
        [],
    ),
    "postage alone": ([bought("ann", "POST", 5, description="Postage")], []),
    "everything taken back": (
        [
            bought("ann", "tea", 6, "o1"),
            {**bought("ann", "tea", 5, "C1"), "quantity": -bought("", "", 0)["quantity"]},
        ],
        [],
    ),
}


HELD: dict[str, tuple[int, int, int]] = {
    "one customer, one product": (1, 0, 1),
    "one product for everybody": (8, 0, 1),
    "everybody bought everything": (24, 6, 3),
}
"""How many rows the lists, the neighbors of products and their demand hold; nothing in the other shops."""


@pytest.mark.parametrize("name", SHOPS)
def test_a_small_shop_gets_what_it_can_have(shop: Callable[..., DuckDBEngine], name: str) -> None:
    with shop(*SHOPS[name]) as engine:
        rows = engine.rows("SELECT * FROM recommendations")
        assert all(row["reason"] and row["score"] == row["score"] for row in rows)
        assert all(row["list"] == "buy_again" for row in rows)
        n_neighbors = engine.count("product_neighbors")
        assert (len(rows), n_neighbors, engine.count("product_demand")) == HELD.get(name, (0, 0, 0))
        assert engine.count("similar_products") == n_neighbors
        assert engine.count("not_recommended") == 0


def test_who_bought_everything_has_nothing_new_to_try(shop: Callable[..., DuckDBEngine]) -> None:
    with shop(SHOPS["everybody bought everything"][0]) as engine:
        assert lists(engine, "a") == {"buy_again": ["cup", "pot", "tea"], "try_next": []}


def test_similar_products_without_descriptions_are_called_by_their_codes(
    shop: Callable[..., DuckDBEngine],
) -> None:
    rows = [bought(who, what, 5, description=None) for who in "abcdefgh" for what in ("tea", "cup", "pot")]
    with shop(rows) as engine:
        near = engine.rows("SELECT * FROM similar_products")
        assert near
        assert {(row["product"], row["similar_product"]) for row in near} == {
            (row["product_id"], row["similar_product_id"]) for row in near
        }


def test_a_list_that_neighbors_leave_short_is_filled_with_what_is_popular(
    shop: Callable[..., DuckDBEngine],
) -> None:
    rows = [bought("ann", "tea", 5), *(bought(who, "cup", 9) for who in "bcd"), bought("b", "pot", 9)]
    with shop(rows) as engine:
        assert lists(engine, "ann")["try_next"] == ["cup", "pot"]
        found = engine.rows(
            "SELECT scorer, is_cold_start, score FROM recommendations WHERE list = 'try_next' AND customer_id = 'ann'"
        )
        assert found == [{"scorer": "popular", "is_cold_start": False, "score": 0.0}] * 2


def test_lists_are_as_long_as_asked_for(shop: Callable[..., DuckDBEngine]) -> None:
    from regulars.settings import Recommendations, Settings

    rows = [bought("ann", f"p{n}", 5) for n in range(7)] + [bought("bob", f"p{n}", 5) for n in range(4, 12)]
    with shop(rows, settings=Settings(recommendations=Recommendations(per_list=3))) as engine:
        assert {len(found) for found in lists(engine, "ann").values()} == {3}


def test_a_customer_with_more_products_than_are_looked_at_harms_nobody(
    shop: Callable[..., DuckDBEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars.recommend.similar.MOST_PRODUCTS", 4)
    rows = [bought("big", f"p{n}", 10 + n) for n in range(9)] + [
        bought("ann", "p1", 3),
        bought("ann", "p8", 3),
    ]
    with shop(rows) as engine:
        assert len(lists(engine, "big")["buy_again"]) == 9
        near = engine.rows("SELECT DISTINCT product_id FROM product_neighbors ORDER BY 1")
        assert [row["product_id"] for row in near] == ["p0", "p1", "p2", "p3", "p8"]
