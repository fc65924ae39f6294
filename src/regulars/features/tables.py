"""The result tables of this room, made from the catalog."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.features.catalog import CATALOG, Feature
from regulars.terms.tables import Column, TableSpec


def features_table(own: Sequence[Feature] = ()) -> TableSpec:
    """Return the contract of the table ``features``, with a shop's own features after the catalog."""
    return TableSpec(
        name="features",
        grain="one row per customer and cut-off",
        key=("customer_id", "cutoff"),
        time_column="cutoff",
        columns=(
            Column("customer_id", "VARCHAR", "Who."),
            Column("cutoff", "TIMESTAMP", "The instant that ends what was seen; not itself included."),
            *(one.column for one in (*CATALOG, *own)),
        ),
    )


FEATURES = features_table()

SHOP_STATISTICS = TableSpec(
    name="shop_statistics",
    grain="one row per cut-off: what a customer is compared with",
    key=("cutoff",),
    time_column="cutoff",
    columns=(
        Column("cutoff", "TIMESTAMP", "The instant that ends what was seen; not itself included."),
        Column("n_customers", "BIGINT", "Customers with an order or a sign-up before it.", "customers"),
        Column("n_buyers", "BIGINT", "Customers with an order that was not cancelled.", "customers"),
        Column("first_ordered_at", "TIMESTAMP", "The shop's first order.", null_means="no order"),
        Column(
            "median_days_between_orders",
            "DOUBLE",
            "Middle number of days between consecutive purchase days, over all customers.",
            "days",
            "nobody ever came back",
        ),
        Column("home_country", "VARCHAR", "Where most customers are.", null_means="unknown"),
        Column(
            "price_boundaries",
            "STRUCT(category VARCHAR, boundary DECIMAL(18,4))[]",
            "Per category, the usual prices of its products at the middle of each hundredth.",
            "currency",
            "no products",
        ),
        Column(
            "mean_units_per_order_p90",
            "DOUBLE",
            "90th percentile of the customers' mean units per order.",
            "units",
            "no order",
        ),
        Column(
            "score_boundaries",
            "STRUCT(measure VARCHAR, boundary DOUBLE)[]",
            "Per measure of the composite scores, the customers' values at the middle of each hundredth.",
            null_means="no order",
        ),
    ),
)
