"""What is bought together: pairs of products, categories beside each other, and what each segment buys."""

from __future__ import annotations

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

PAIRS = 25
KINDS = 40
DOUBTFUL = 15
SEGMENT_COLUMNS = 8
EVERYBODY, REST = "all", "Other"
MATRIX = (
    "category_a", "category_b", "n_baskets", "n_a", "n_b", "expected_baskets", "rule_lift", "lift_same_size",
)  # fmt: skip
CELL = ("segment", "category", "revenue", "share", "index_to_shop", "n_customers")
ITEMSET = ("names", "n_products", "support_count", "rule_lift")
FACTS = (
    "n_baskets", "large_basket_share", "n_product_pairs", "n_category_pairs", "category_share", "n_itemsets",
)  # fmt: skip
NO_PAIR = "No two products are in the same basket more often than chance would have it."


def has_baskets(material: Material) -> bool:
    """Return whether the release says anything about baskets."""
    return material.has("basket_rules")


def baskets(material: Material) -> Row:
    """Return the strongest pairs with their money, the matrix of categories, segments by category, and what they rest on.

    Time        before the cut-off
    """
    facts = {row["fact"]: row for row in material.rows("shop_facts")}
    section: Row = {
        "missing": None, "sentence": "", "notes": [], "pairs": [], "matrix": [], "segments": [], "kinds": [], "doubtful": [],
        "itemsets": [],
    }  # fmt: skip
    n = facts.get("n_baskets", {"value": 0, "sentence": "This release holds no baskets."})
    if not n["value"]:
        return section | {"missing": n["sentence"]}
    pairs = material.ask("top_pairs", most=PAIRS)
    return section | {
        "sentence": _sentence(pairs[0], material) if pairs else NO_PAIR,
        "notes": [facts[name]["sentence"] for name in FACTS if name in facts],
        "pairs": pairs,
        "matrix": [{name: row[name] for name in MATRIX} for row in material.rows("copurchase")],
        "segments": _segments(material),
        "kinds": material.ask("product_kinds", most=KINDS),
        "doubtful": material.ask("doubtful_products", most=DOUBTFUL),
        "itemsets": _itemsets(material),
    }


def _sentence(best: Row, material: Material) -> str:
    return (
        f"Of those who buy {best['antecedent_name']}, {phrases.percent(best['rule_confidence'])} have {best['consequent_name']} in "
        f"the same basket: {phrases.count(best['support_count'], 'basket')}, {phrases.number(best['rule_lift'], 1)} times as many "
        f"as by chance, with {material.currency.text(best['revenue'])} of these two."
    )


def _segments(material: Material) -> list[Row]:
    """Return the cells of the biggest categories, segments in the scheme's order."""
    cells = [{name: row[name] for name in CELL} for row in material.rows("segment_categories")]
    whole = [cell for cell in cells if cell["segment"] == EVERYBODY and cell["category"] != REST]
    whole.sort(key=lambda cell: (-cell["revenue"], cell["category"]))
    columns = [cell["category"] for cell in whole[:SEGMENT_COLUMNS]]
    order = {row["segment"]: row["place"] for row in material.rows("segment_profiles")}
    shown = [cell for cell in cells if cell["segment"] in order and cell["category"] in columns]
    return sorted(
        shown, key=lambda cell: (order[cell["segment"]], cell["segment"], columns.index(cell["category"]))
    )


def _itemsets(material: Material) -> list[Row]:
    found = [{name: row[name] for name in ITEMSET} for row in material.rows("itemsets")]
    found.sort(key=lambda row: (-row["support_count"] * row["n_products"], -row["rule_lift"], row["names"]))
    return found[:PAIRS]
