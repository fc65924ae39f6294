"""Pairs, rules and what they rest on, worked out on paper."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from scipy.stats import fisher_exact
from tests.describe.basket_shops import Found, basket, baskets_of

from regulars.describe.baskets.tables import BASKET_TABLES
from regulars.settings import Baskets, CategoryRule

# T is in 6 of 10 baskets, C in 5, K in 3; T and C together in 4, T and K in 1, C and K in 1
TEN = baskets_of("TC", "TC", "TC", "TCK", "T", "T", "C", "K", "K", "U")


@pytest.fixture(scope="module")
def ten() -> Found:
    return Found(TEN)


def test_a_pair_gives_two_rules(ten: Found) -> None:
    rules = ten.rules()
    assert set(rules) == {("T", "C"), ("C", "T")}  # the others are in one basket together
    rule = rules["T", "C"]
    assert (rule["support_count"], rule["antecedent_count"], rule["consequent_count"]) == (4, 6, 5)
    assert (rule["support"], rule["rule_confidence"]) == (0.4, pytest.approx(4 / 6))
    assert rules["C", "T"]["rule_confidence"] == pytest.approx(4 / 5)
    assert rule["rule_lift"] == pytest.approx(4 / (6 * 5 / 10))
    assert rule["rule_lift_damped"] == pytest.approx((4 + 10) / (3 + 10))
    assert rule["leverage"] == pytest.approx(0.4 - 0.6 * 0.5)
    assert (rule["antecedent_name"], rule["consequent_name"]) == ("Green tea", "Large cup")
    assert rule["revenue"] == Decimal(4 * 4)


def test_significance_is_fishers_and_pays_for_every_pair(ten: Found) -> None:
    p = fisher_exact([[4, 2], [1, 3]], alternative="greater").pvalue
    # T, C and K are in two baskets or more: three pairs could have been found
    assert ten.rules()["T", "C"]["p_adjusted"] == pytest.approx(min(3 * p, 1))
    assert "3 pairs of products could be found" in ten.facts["n_product_pairs"]["sentence"]
    assert ten.facts["n_product_pairs"]["value"] == 0


def test_chance_among_baskets_of_the_same_size(ten: Found) -> None:
    # singles: none could hold both; of two: nothing but T and C, 3; of three: one basket, 1
    assert ten.rules()["T", "C"]["lift_same_size"] == pytest.approx(1)


def test_tables_are_what_their_specs_say(ten: Found) -> None:
    for spec in BASKET_TABLES:
        found = ten.engine.rows(f"DESCRIBE {spec.name}")
        assert [(row["column_name"], row["column_type"]) for row in found] == [(c.name, c.type) for c in spec]
        keys = ", ".join(spec.key)
        assert ten.engine.rows(f"SELECT {keys} FROM {spec.name} GROUP BY {keys} HAVING count(*) > 1") == []
        for column in spec:
            if not column.null_means:
                assert ten.rows(spec.name, f"{column.name} IS NULL") == [], column.name
    assert ten.rows("basket_rules")


def test_nothing_is_left_in_the_engine_but_the_tables(ten: Found) -> None:
    left = [name for name in ten.engine.tables() if name.startswith("basket")]
    assert left == ["basket_rules"]


def test_who_is_counted() -> None:
    """Without a customer counts, taken back in full does not, postage is no product, twice in a basket is once."""
    post = {"product_id": "POST", "description": "POSTAGE"}
    orders = [
        *basket(1, "TC", None), *basket(2, "TC", "bob"), *basket(2, "T", "bob"), *basket(3, "TC", "bob"), *basket(4, "TC", "cat"),
        *basket(1, "P", None, **post), *basket(2, "P", "bob", **post),
        *[row | {"order_id": "C4", "quantity": Decimal(-1), "ordered_at": datetime(2026, 1, 5, 10, 16)} for row in basket(4, "TC", "cat")],
    ]  # fmt: skip
    found = Found(orders)
    rule = found.rules()["T", "C"]
    assert (rule["support_count"], rule["n_customers"], rule["revenue"]) == (3, 1, Decimal(14))
    assert found.facts["n_baskets"]["value"] == 3
    assert set(found.categories()) == {"T", "C"}


def test_a_giant_basket_is_left_out_and_told() -> None:
    giant = basket(50, "AEFGHIJLNOTC")
    found = Found([*TEN, *giant], settings=Baskets(least_baskets=2, largest_basket=11))
    assert found.rules()["T", "C"]["support_count"] == 4
    # 15 units of 2.00 in the ten, 12 in the giant
    sentence = found.facts["large_basket_share"]["sentence"]
    assert sentence == (
        "1 basket has more than 11 different products and is left out: they hold £24, 44.4\u00a0% of product sales."
    )
    assert Found([*TEN, *giant]).rules()["T", "C"]["support_count"] == 5


def test_the_order_of_the_rows_does_not_matter(ten: Found) -> None:
    for seed in (1, 2):
        assert Found(TEN, shuffled=seed).tables() == ten.tables()


def test_the_strongest_pairs_are_kept() -> None:
    orders = baskets_of(*["TC"] * 6, *["KU"] * 4, *["TK"] * 2, "T", "C", "K", "U")
    found = Found(orders, settings=Baskets(least_baskets=2, most_pairs=1))
    # K and U: 4 of 16 with 7 · 5 / 16 expected; T and C: 6 with 9 · 7 / 16
    assert set(found.rules()) == {("K", "U"), ("U", "K")}
    assert found.facts["n_product_pairs"]["sentence"].startswith("6 pairs of products could be found")


CATEGORIES = [
    CategoryRule(category="Drinks", words=["tea", "milk"]),
    CategoryRule(category="Table", product_ids=["C", "U*"]),
]


def test_categories_go_together_too() -> None:
    settings = Baskets(least_baskets=2, categories=CATEGORIES)
    found = Found(TEN, {"ann": "Champions"}, settings)
    # Drinks (T, K) in 8 baskets, Table (C, U) in 6, both in 4
    (row,) = found.rows("copurchase")
    assert (row["category_a"], row["category_b"]) == ("Drinks", "Table")
    assert (row["n_baskets"], row["n_a"], row["n_b"]) == (4, 8, 6)
    assert (row["expected_baskets"], row["rule_lift"]) == (pytest.approx(4.8), pytest.approx(4 / 4.8))
    assert (row["share_of_a"], row["share_of_b"]) == (0.5, pytest.approx(4 / 6))
    rule = found.rules("category")["Table", "Drinks"]
    assert (rule["support_count"], rule["p_adjusted"]) == (4, pytest.approx(1, abs=0.2))
    # 4 × (tea + cup) and one jug of milk
    assert rule["revenue"] == Decimal(18)


def test_segments_by_category() -> None:
    """The ratio of a segment's share to the shop's, net of what came back, and everybody who has a segment or not."""
    orders = [
        *basket(1, "TTTC", "ann"), *basket(2, "CC", "bob"), *basket(3, "TX", "cat"), *basket(4, "T", None),
        *[row | {"order_id": "C1", "quantity": Decimal(-1), "ordered_at": datetime(2026, 1, 9)} for row in basket(1, "T", "ann")],
    ]  # fmt: skip
    found = Found(orders, {"ann": "Best", "bob": "Rest", "cat": "Best"}, Baskets(categories=CATEGORIES))
    cells = {(row["segment"], row["category"]): row for row in found.rows("segment_categories")}
    # all: Drinks 3 × 2 (one given back, ann's), Table 3 × 2, Other 1 × 2
    assert {key: int(row["revenue"]) for key, row in cells.items()} == {
        ("all", "Drinks"): 6, ("all", "Table"): 6, ("all", "Other"): 2, ("Best", "Drinks"): 6, ("Best", "Table"): 2,
        ("Best", "Other"): 2, ("Rest", "Table"): 4,
    }  # fmt: skip
    best = cells["Best", "Drinks"]
    assert best["share"] == pytest.approx(0.6)
    assert best["index_to_shop"] == pytest.approx(100 * 0.6 / (6 / 14))
    assert (best["n_customers"], cells["all", "Table"]["n_customers"]) == (2, 2)
    assert cells["all", "Drinks"]["index_to_shop"] == 100


BAD = {
    "nothing": ([], "Baskets are off: no line before the cut-off names a product."),
    "no product column": (
        [row | {"product_id": None, "description": None} for row in TEN],
        "Baskets are off: no line before the cut-off names a product.",
    ),
    "one product": (baskets_of("T", "T", "T"), "Every basket holds a single product, so nothing is bought together."),
    "every basket of size one": (
        baskets_of("T", "C", "T", "C"), "Every basket holds a single product, so nothing is bought together.",
    ),
    "one basket": (baskets_of("TC"), "No two products are in 5 baskets each, too few to tell what goes together."),
    "all of them giants": (
        baskets_of("TCK", "TCK"), "2 baskets have more than 2 different products and are left out: they hold £12, 100.0\u00a0% of",
    ),
    "free of charge": (
        [row | {"unit_price": Decimal("0.0001")} for row in baskets_of(*["TC"] * 6)], "1 pair of products could be found",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shop", BAD)
def test_next_to_nothing_is_a_sentence(shop: str) -> None:
    orders, sentence = BAD[shop]
    found = Found(orders, {"ann": "Best"}, Baskets(largest_basket=2 if "giants" in shop else 300))
    assert sentence in found.said
    assert "nan" not in found.said
    for rows in found.tables().values():
        for row in rows:
            values = [value for value in row.values() if isinstance(value, float)]
            assert all(value == value and abs(value) != float("inf") for value in values), row


def test_what_everybody_buys_goes_with_nothing() -> None:
    """Bread is in every basket: it lifts nothing, whatever lies beside it."""
    found = Found(baskets_of("RT", "RT", "RT", "RC", "RC", "R"))
    rule = found.rules()["T", "R"]
    assert (rule["rule_lift"], rule["rule_lift_damped"], rule["p_adjusted"], rule["leverage"]) == (1, 1, 1, 0)
    assert rule["rule_confidence"] == 1
    assert found.facts["n_product_pairs"]["value"] == 0
