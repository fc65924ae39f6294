"""Larger sets: only on request, and a sentence where the library is missing."""

from __future__ import annotations

import pytest
from tests.describe.basket_shops import Found, baskets_of

from regulars.settings import Baskets

SHOP = baskets_of("TCK", "TCK", "TCKU", "TC", "TK", "U", "U", "X")
ASKED = Baskets(least_baskets=2, itemsets=True, itemset_support=0.25)


def test_not_unless_asked_for() -> None:
    found = Found(SHOP)
    assert found.rows("itemsets") == []
    assert "n_itemsets" not in found.facts


def test_sets_of_three() -> None:
    pytest.importorskip("mlxtend")
    found = Found(SHOP, settings=ASKED)
    (row,) = found.rows("itemsets")
    assert (row["products"], row["names"], row["n_products"]) == (
        "C + K + T",
        "Large cup + Milk jug + Green tea",
        3,
    )
    assert (row["support_count"], row["support"]) == (3, 3 / 8)
    assert row["rule_lift"] == pytest.approx((3 / 8) / (4 / 8 * 4 / 8 * 5 / 8))
    assert (
        found.facts["n_itemsets"]["sentence"]
        == "1 set of three products or more is in 2 baskets each or more."
    )


def test_no_larger_than_allowed() -> None:
    pytest.importorskip("mlxtend")
    shop = baskets_of(*["TCKU"] * 3)
    assert {row["n_products"] for row in Found(shop, settings=ASKED).rows("itemsets")} == {3, 4}
    three = ASKED.model_copy(update={"largest_itemset": 3})
    assert {row["n_products"] for row in Found(shop, settings=three).rows("itemsets")} == {3}


@pytest.mark.parametrize("products", [(), ("T", "T", "C"), ("TC", "TC")])
def test_too_little_for_any_set(products: tuple[str, ...]) -> None:
    pytest.importorskip("mlxtend")
    found = Found(baskets_of(*products), settings=ASKED)
    assert found.rows("itemsets") == []
    assert "0 sets of three products or more are in" in found.facts["n_itemsets"]["sentence"]


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regulars.describe.baskets.itemsets.find_spec", lambda name: None)
    found = Found(SHOP, settings=ASKED)
    assert found.rows("itemsets") == []
    assert "pip install 'regulars[itemsets]'" in found.facts["n_itemsets"]["sentence"]
