"""Categories: the shop's own where it has them, else whole words of descriptions."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from pathlib import Path

import pytest
from tests.describe.basket_shops import Found, Row, basket, baskets_of

from regulars.describe.categories.learn import learn
from regulars.describe.categories.names import Singulars, head, word_list, words
from regulars.engines.duckdb import DuckDBEngine
from regulars.settings import Baskets, CategoryRule

SIGNS = ["Metal sign gin", "No smoking sign", "Beach hut sign", "Garden signs"]
BAGS = ["Red bag", "Jumbo bag owl design", "Bag of hearts", "Shopper bags"]
INSIDE = ["Rotating angels", "Hand warmer owl design", "Baggage label", "Assignment book"]


def placed(names: list[str | None], **more: object) -> list[str | None]:
    return [found.category for found in learn(names, [10] * len(names), most=60, **more)]  # type: ignore[arg-type]


def test_words_are_whole() -> None:
    """SIGN is no part of DESIGN or ASSIGNMENT, TIN none of ROTATING, BAG none of BAGGAGE."""
    names = [*SIGNS, *BAGS, *INSIDE, "Cake tin", "Biscuit tins", "Tin of sweets", "Round tin"]
    found = placed(names)
    assert found[:4] == ["Sign"] * 4
    assert found[4:8] == ["Bag"] * 4
    assert found[8:12] == [None] * 4
    assert set(found[12:]) == {"Tin"}


def test_colors_and_motifs_are_no_kinds() -> None:
    names = ["Parasol black", "Parasol red", "Paper parasol", "Black mug", "Red mug", "Bag spaceboy", "Mug spaceboy design",
             "Box spaceboy", "Lunch bag", "Jumbo bag", "Party bag", "Snack box", "Lunch box", "Tall box"]  # fmt: skip
    assert set(placed(names)) == {"Parasol", "Mug", "Bag", "Box"}


def test_what_two_categories_claim_is_doubtful() -> None:
    names = [*BAGS, "Oven plate", "Tea plate", "Side plate", "Tea bag plate red"]
    last = learn(names, [10] * len(names), most=9)[-1]
    assert (last.category, last.evidence, last.is_doubtful) == ("Plate", "the word PLATE, also BAG", True)
    assert not any(found.is_doubtful for found in learn(names, [10] * len(names), most=9)[:-1])


def test_what_is_on_the_bag_is_not_the_bag() -> None:
    """A word of a bigger category apart before another is the thing; side by side, the last is."""
    bags = [*BAGS, "Tote bag", "Gift bag", "Beach bag"]
    plates = ["Oven plate", "Tea plate", "Side plate", "Cake plate", "Pie plate"]
    names = [*bags, *plates, "Bag vintage plate", "Bag plate", "Plate of fine bags"]
    assert placed(names)[-3:] == ["Bag", "Plate", "Bag"]


def test_languages_that_say_it_first() -> None:
    names = ["Sac rouge", "Sac de plage", "Sac à main", "Tasse bleue", "Tasse de thé", "Tasse blanche"]
    assert placed(names, position="first") == ["Sac"] * 3 + ["Tasse"] * 3


def test_the_order_of_products_does_not_matter() -> None:
    names = [*SIGNS, *BAGS, *INSIDE, "Sign bag", "Bag sign"]
    whole = dict(zip(names, learn(names, [10] * len(names), most=60), strict=True))
    for seed in range(5):
        shuffled = random.Random(seed).sample(names, len(names))
        again = dict(zip(shuffled, learn(shuffled, [10] * len(names), most=60), strict=True))
        assert again == whole


def test_names_of_nothing() -> None:
    assert placed([None, "", "123", "12 x 7", "Red", "?", "of the"]) == [None] * 7
    assert learn([], [], most=5) == []
    assert head([], word_list("nothing")) is None
    assert words(None) == []
    assert Singulars([])("BUS") == "BUS"


def test_the_most_sold_come_first() -> None:
    names = [*SIGNS, *BAGS]
    weights = [1] * 4 + [100] * 4
    assert {found.category for found in learn(names, weights, most=1)} == {"Bag", None}


def named(names: dict[str, str], category: dict[str, str] | None = None) -> list[Row]:
    rows: list[Row] = []
    for number, (product, name) in enumerate(names.items()):
        own = (category or {}).get(product)
        rows += basket(number, [product], description=name, category=own)
    return rows


PRODUCTS = {f"P{place}": name for place, name in enumerate([*SIGNS, *BAGS])}


def test_without_categories_in_the_data_they_are_learned_and_said_so() -> None:
    found = Found(named(PRODUCTS))
    assert set(found.categories().values()) == {"Sign", "Bag"}
    assert {row["source"] for row in found.rows("product_categories")} == {"description"}
    sentence = found.facts["category_share"]["sentence"]
    assert sentence.startswith("Categories are learned from whole words of descriptions")
    assert "2 categories hold 8 of 8 products with 100.0\u00a0% of product sales" in sentence


def test_the_shops_own_are_used_where_they_cover_enough() -> None:
    own = dict.fromkeys(list(PRODUCTS)[:4], "Signs and plaques")
    found = Found(named(PRODUCTS, own))
    assert set(found.categories().values()) == {"Signs and plaques", "Other"}
    assert "are the shop's own" in found.facts["category_share"]["sentence"]
    too_few = Found(named(PRODUCTS, dict.fromkeys(list(PRODUCTS)[:3], "Signs and plaques")))
    assert set(too_few.categories().values()) == {"Sign", "Bag"}
    never = Found(named(PRODUCTS, own), settings=Baskets(own_category_share=1))
    assert set(never.categories().values()) == {"Sign", "Bag"}


def test_a_rule_of_the_shop_wins() -> None:
    rules = [
        CategoryRule(category="Pubs", words=["metal sign", "gin"]),
        CategoryRule(category="Totes", product_ids=["p4", "P5*"]),
    ]
    found = Found(named(PRODUCTS), settings=Baskets(categories=rules))
    categories = found.categories()
    assert (categories["P0"], categories["P4"], categories["P5"]) == ("Pubs", "Totes", "Totes")
    assert (categories["P1"], categories["P6"]) == ("Sign", "Bag")
    evidence = {row["product_id"]: row["evidence"] for row in found.rows("product_categories")}
    assert (evidence["P0"], evidence["P4"]) == (
        "a rule of the settings: METAL SIGN",
        "a rule of the settings: p4",
    )


def test_a_rule_wants_whole_words_in_a_row() -> None:
    rules = [CategoryRule(category="Pubs", words=["sign metal", "meta"])]
    found = Found(named(PRODUCTS), settings=Baskets(categories=rules))
    assert "Pubs" not in found.categories().values()


def test_products_without_names() -> None:
    found = Found([row | {"description": None} for row in baskets_of("TC", "TC", "T", "C")])
    assert set(found.categories().values()) == {"Other"}
    assert found.facts["category_share"]["sentence"] == "No product could be given a category."
    assert found.rules()["T", "C"]["antecedent_name"] == "T"


def test_samples_alone() -> None:
    found = Found([row | {"unit_price": Decimal(0)} for row in named(PRODUCTS)])
    assert found.facts["n_baskets"]["value"] == 0


@pytest.mark.real_data
def test_online_retail_learns_signs_from_signs(real_data: Path) -> None:
    """SIGN stands in many descriptions as part of DESIGN, TIN of ROTATING: none of these are signs or tins."""
    engine = DuckDBEngine()
    rows = engine.rows(
        """
        SELECT StockCode AS product_id, mode(upper(Description)) AS name, count(*) AS n
        FROM read_csv($path, all_varchar = true) WHERE Description IS NOT NULL GROUP BY StockCode ORDER BY StockCode
        """,
        {"path": str(real_data / "online_retail_II.csv.gz")},
    )
    found = learn([row["name"] for row in rows], [row["n"] for row in rows], most=60)
    by_name = {row["name"]: one.category for row, one in zip(rows, found, strict=True)}
    for category, word in (("Sign", "SIGN"), ("Tin", "TIN"), ("Bag", "BAG"), ("Mug", "MUG")):
        members = [name for name, one in by_name.items() if one == category]
        assert len(members) > 40
        assert all(re.search(rf"\b{word}S?\b", name) for name in members), category
    assert by_name["ROTATING SILVER ANGELS T-LIGHT HLDR"] != "Tin"
    assert by_name["HAND WARMER OWL DESIGN"] != "Sign"
    assert by_name["JUMBO BAG RED RETROSPOT"] == "Bag"
    assert by_name["WHITE HANGING HEART T-LIGHT HOLDER"] == "Holder"
    placed_lines = sum(row["n"] for row, one in zip(rows, found, strict=True) if one.category)
    assert placed_lines / sum(row["n"] for row in rows) > 0.55


def test_a_rule_has_to_say_which_products() -> None:
    with pytest.raises(ValueError, match="category 'Pubs' needs words or product_ids"):
        CategoryRule(category="Pubs")
