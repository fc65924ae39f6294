"""What is told of baskets: rules, the matrix of categories, categories by segment, larger sets."""

from __future__ import annotations

from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"

PRODUCT_CATEGORIES = TableSpec(
    name="product_categories",
    grain="one row per product sold before the cut-off",
    key=("product_id",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("product_id", "VARCHAR", "Product code."),
        Column("category", "VARCHAR", "What kind of thing it is; Other where nothing tells."),
        Column("source", "VARCHAR", "settings, data, description (learned from its words) or none."),
        Column("evidence", "VARCHAR", "What says so."),
        Column(
            "is_doubtful", "BOOLEAN", "Whether a word of a bigger category stands in the description too."
        ),
        Column("description", "VARCHAR", "What it is called most often.", null_means="no line gives one"),
        Column("n_lines", "BIGINT", "Lines of orders that were not taken back in full.", "lines"),
        Column("revenue", MONEY_TYPE, "Their amount as placed.", "currency"),
    ),
)

BASKET_RULES = TableSpec(
    name="basket_rules",
    grain="one row per level and ordered pair of things found in the same baskets",
    key=("level", "antecedent", "consequent"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("level", "VARCHAR", "product or category."),
        Column("antecedent", "VARCHAR", "Who buys this (product code, or category) …"),
        Column("consequent", "VARCHAR", "… buys this too."),
        Column("support_count", "BIGINT", "Baskets with both.", "baskets"),
        Column("support", "DOUBLE", "Their share of all counted baskets.", "share"),
        Column("rule_confidence", "DOUBLE", "Of the baskets with the antecedent, the share with the consequent.", "share"),
        Column("rule_lift", "DOUBLE", "How much more often together than by chance; 1 is chance."),
        Column("rule_lift_damped", "DOUBLE", "(baskets with both + κ) ÷ (expected by chance + κ), κ from settings: rare pairs do not win."),
        Column("p_adjusted", "DOUBLE", "Chance to see them together so often or more were they independent (Fisher's exact test), adjusted for all pairs of frequent things (Benjamini–Hochberg)."),
        Column("antecedent_name", "VARCHAR", "What the antecedent is called."),
        Column("consequent_name", "VARCHAR", "What the consequent is called."),
        Column("antecedent_count", "BIGINT", "Baskets with the antecedent.", "baskets"),
        Column("consequent_count", "BIGINT", "Baskets with the consequent.", "baskets"),
        Column("lift_same_size", "DOUBLE", "The lift among baskets of the same size: whoever buys much buys much together."),
        Column("leverage", "DOUBLE", "Share of baskets with both less the share expected by chance.", "share"),
        Column("revenue", MONEY_TYPE, "What both brought in the baskets with both, as placed.", "currency"),
        Column("n_customers", "BIGINT", "Known customers who bought both at once.", "customers"),
    ),
)  # fmt: skip

COPURCHASE = TableSpec(
    name="copurchase",
    grain="one row per pair of the categories that are in most baskets",
    key=("category_a", "category_b"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("category_a", "VARCHAR", "The category that is in more baskets."),
        Column("category_b", "VARCHAR", "The other."),
        Column("n_baskets", "BIGINT", "Baskets with both.", "baskets"),
        Column("n_a", "BIGINT", "Baskets with the one.", "baskets"),
        Column("n_b", "BIGINT", "Baskets with the other.", "baskets"),
        Column("expected_baskets", "DOUBLE", "Baskets with both, were the two independent.", "baskets"),
        Column("rule_lift", "DOUBLE", "Baskets with both ÷ those expected; 1 is chance."),
        Column("lift_same_size", "DOUBLE", "The same among baskets of the same size: whoever buys much buys much together.",
               null_means="no basket of any size could hold both"),
        Column("share_of_a", "DOUBLE", "Of the baskets with the one, the share with the other.", "share"),
        Column("share_of_b", "DOUBLE", "The other way round.", "share"),
    ),
)  # fmt: skip

SEGMENT_CATEGORIES = TableSpec(
    name="segment_categories",
    grain="one row per segment (and all known customers) and category of products",
    key=("segment", "category"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("segment", "VARCHAR", "Segment; all are all known customers."),
        Column("category", "VARCHAR", "Category of products; Other where nothing tells."),
        Column("revenue", MONEY_TYPE, "Net revenue of its products.", "currency"),
        Column("share", "DOUBLE", "Of the segment's net revenue of products.", "share", "there is none"),
        Column("index_to_shop", "DOUBLE", "The share against that of all known customers; 100 is the same.",
               null_means="the category brought nothing, net"),
        Column("n_customers", "BIGINT", "Customers of the segment who bought of it and kept it.", "customers"),
    ),
)  # fmt: skip

ITEMSETS = TableSpec(
    name="itemsets",
    grain="one row per set of three products or more found in the same baskets",
    key=("products",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("products", "VARCHAR", "Product codes, sorted, with ` + ` between them."),
        Column("names", "VARCHAR", "What they are called."),
        Column("n_products", "INTEGER", "Products in the set.", "products"),
        Column("support_count", "BIGINT", "Baskets with all of them.", "baskets"),
        Column("support", "DOUBLE", "Their share of all counted baskets.", "share"),
        Column("rule_lift", "DOUBLE", "How much more often together than by chance, were all independent."),
    ),
)

BASKET_TABLES = (PRODUCT_CATEGORIES, BASKET_RULES, COPURCHASE, SEGMENT_CATEGORIES, ITEMSETS)
