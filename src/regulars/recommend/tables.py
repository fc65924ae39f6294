"""What the recommend room makes of purchases: lists, similar products, what is not shown, and what all that rests on."""

from __future__ import annotations

from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"
_NAME = "it has no description"
_CUSTOMERS = Column("n_customers", "BIGINT", "Known customers who bought it.", "customers")

RECOMMENDATIONS = TableSpec(
    name="recommendations",
    grain="one row per customer, list and rank",
    key=("customer_id", "list", "rank"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("list", "VARCHAR", "buy_again (bought before) or try_next (new to the customer)."),
        Column("rank", "INTEGER", "From 1, the best."),
        Column("product_id", "VARCHAR", "What to show."),
        Column("score", "DOUBLE", "By which the list is ordered; 0 where it was filled with what is popular."),
        Column("reason", "VARCHAR", "Why, in words, with the evidence."),
        Column("product", "VARCHAR", "Its name, or its code without one."),
        Column("scorer", "VARCHAR", "What chose it: that of recommendation_scorers, or popular where that had too little to go by."),
        Column("is_cold_start", "BOOLEAN", "Whether nothing is known of what this customer buys."),
    ),
)  # fmt: skip

SIMILAR_PRODUCTS = TableSpec(
    name="similar_products",
    grain="one row per product and rank, the ten nearest at most",
    key=("product_id", "rank"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("product_id", "VARCHAR", "Which product."),
        Column("rank", "INTEGER", "From 1, the nearest."),
        Column("similar_product_id", "VARCHAR", "A product that the same customers buy."),
        Column("product", "VARCHAR", "Name of the first, or its code without one."),
        Column("similar_product", "VARCHAR", "Name of the second, or its code without one."),
        Column("cosine", "DOUBLE", "How much their customers are the same; 1 for exactly the same.", "0–1"),
        Column("n_customers", "BIGINT", "Known customers who bought the first.", "customers"),
        Column("n_similar_customers", "BIGINT", "Known customers who bought the second.", "customers"),
    ),
)

NOT_RECOMMENDED = TableSpec(
    name="not_recommended",
    grain="one row per code on order lines that no list shows",
    key=("product_id",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("product_id", "VARCHAR", "Which."),
        Column("product", "VARCHAR", "Its name.", null_means=_NAME),
        Column("reason", "VARCHAR", "not_a_product, discontinued, out_of_season or mostly_returned."),
        Column("sentence", "VARCHAR", "The same in words, with the evidence."),
        Column("last_sold_on", "DATE", "Day of its last sale."),
    ),
)

PRODUCT_DEMAND = TableSpec(
    name="product_demand",
    grain="one row per product that a known customer bought",
    key=("product_id",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("product_id", "VARCHAR", "Which."),
        Column("product", "VARCHAR", "Its name.", null_means=_NAME),
        _CUSTOMERS,
        Column(
            "n_recent_customers", "BIGINT", "Of these, in the last days (setting recent_days).", "customers"
        ),
        Column("is_recommended", "BOOLEAN", "Whether lists may show it."),
    ),
)

PRODUCT_NEIGHBORS = TableSpec(
    name="product_neighbors",
    grain="one row per product and rank of its nearest neighbors; with it one customer can be scored alone",
    key=("product_id", "rank"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("product_id", "VARCHAR", "Which product."),
        Column("rank", "INTEGER", "From 1, the nearest."),
        Column("neighbor_id", "VARCHAR", "A product that the same customers buy."),
        Column("cosine", "DOUBLE", "How much their customers are the same.", "0–1"),
    ),
)

RECOMMENDATION_SCORERS = TableSpec(
    name="recommendation_scorers",
    grain="one row per list, and one for the next basket as a whole",
    key=("list",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("list", "VARCHAR", "buy_again, try_next or next_basket."),
        Column("scorer", "VARCHAR", "What ranks it."),
        Column("sentence", "VARCHAR", "Why this one, and how it did."),
    ),
)

RETENTION_RECOMMENDATIONS = TableSpec(
    name="retention_recommendations",
    grain="one row per valuable customer at risk, those with the most money first",
    key=("customer_id",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("place", "INTEGER", "From 1, the most money at risk."),
        Column("money_at_risk", "DOUBLE", "Revenue at risk as predicted; without predictions, spent in the last 365 days.", "currency"),
        Column("products", "VARCHAR", "Names of what to show them, the best first.", null_means="there is nothing to show"),
        Column("product_ids", "VARCHAR", "Codes of the same.", null_means="there is nothing to show"),
        Column("reason", "VARCHAR", "Why them, and why these products."),
    ),
)  # fmt: skip

RECOMMEND_TABLES = (
    RECOMMENDATIONS, SIMILAR_PRODUCTS, NOT_RECOMMENDED, PRODUCT_DEMAND, PRODUCT_NEIGHBORS, RECOMMENDATION_SCORERS,
)  # fmt: skip
"""Known before the cut-off, resting on no prediction."""
