"""What grouping makes: who is in which group, what each is like, how their number was chosen, and a map."""

from __future__ import annotations

from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"
_NONE = "nobody in it for whom the figure exists"
_UNGROUPED = "there are no groups; the sentence says why"
TRACK = Column("track", "VARCHAR", "rfm (by value) or behavior (by habit).")
CLUSTER = Column(
    "cluster",
    "INTEGER",
    "Number of the group, from 1 by revenue of the customer in the middle; 0 is set apart.",
)

CLUSTER_TRACKS = TableSpec(
    name="cluster_tracks",
    grain="one row per track: a way of looking at customers",
    key=("track",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        TRACK,
        Column("title", "VARCHAR", "What it is called."),
        Column("space", "VARCHAR", "The inputs and how they are scaled: the space in which all figures are computed."),
        Column("n_customers", "BIGINT", "Customers with an order.", "customers"),
        Column("n_outliers", "BIGINT", "Of them, set apart.", "customers", _UNGROUPED),
        Column("k", "INTEGER", "Number of groups.", null_means=_UNGROUPED),
        Column("silhouette", "DOUBLE", "How much nearer to their own group than to the next, −1 to 1.", null_means=_UNGROUPED),
        Column("davies_bouldin", "DOUBLE", "Width of groups beside their distance; less is better.", null_means=_UNGROUPED),
        Column("stability_ari", "DOUBLE", "Agreement with groupings of resampled customers; 1 the same, 0 chance.", null_means=_UNGROUPED),
        Column("map_method", "VARCHAR", "pca or umap.", null_means=_UNGROUPED),
        Column("map_x_share", "DOUBLE", "Variance that the map shows from left to right.", "share", "there are no groups, or umap"),
        Column("map_y_share", "DOUBLE", "Variance that it shows from bottom to top.", "share", "there are no groups, or umap"),
        Column("sentence", "VARCHAR", "The same in words, or why there are no groups."),
    ),
)  # fmt: skip

CLUSTER_CHOICE = TableSpec(
    name="cluster_choice",
    grain="one row per track and number of groups that was tried",
    key=("track", "k"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        TRACK,
        Column("k", "INTEGER", "Number of groups."),
        Column("silhouette", "DOUBLE", "How much nearer to their own group than to the next, −1 to 1; more is better."),
        Column("davies_bouldin", "DOUBLE", "Width of groups beside the distance between them; less is better."),
        Column("inertia", "DOUBLE", "Sum of squared distances to the center of the group."),
        Column(
            "stability_ari", "DOUBLE", "Mean adjusted Rand index with groupings of customers drawn with replacement."
        ),
        Column("smallest_share", "DOUBLE", "Share of customers in the smallest group, outliers left out.", "share"),
        Column("is_elbow", "BOOLEAN", "Whether the sum of squares bends most here."),
        Column("is_chosen", "BOOLEAN", "Whether this number is used."),
    ),
)  # fmt: skip

CLUSTER_PROFILES = TableSpec(
    name="cluster_profiles",
    grain="one row per track and group, outliers included",
    key=("track", "cluster"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        TRACK,
        CLUSTER,
        Column("name", "VARCHAR", "From what sets the group apart; as in `segments`."),
        Column("persona", "VARCHAR", "A sentence about its customers, from their own figures."),
        Column("n_customers", "BIGINT", "Customers in it.", "customers"),
        Column("customer_share", "DOUBLE", "Of all customers with an order.", "share"),
        Column("revenue", MONEY_TYPE, "Their net revenue to date.", "currency"),
        Column("revenue_share", "DOUBLE", "Of the net revenue of all customers with an order.", "share", "no revenue"),
        Column("median_revenue", "DOUBLE", "Net revenue to date of the customer in the middle.", "currency", _NONE),
        Column("median_n_orders", "DOUBLE", "Orders of the customer in the middle.", "orders", _NONE),
        Column("one_time_share", "DOUBLE", "Of them, with a single order.", "share", _NONE),
        Column("median_days_since_last_order", "DOUBLE", "Of the customer in the middle.", "days", _NONE),
        Column("median_active_span_days", "DOUBLE", "From first to last order, of the customer in the middle.", "days", _NONE),
        Column("median_order_value", "DOUBLE", "Mean order value of the customer in the middle.", "currency", _NONE),
        Column("median_days_between_orders", "DOUBLE", "Median gap of the customer in the middle.", "days", _NONE),
        Column("median_lines_per_order", "DOUBLE", "Mean lines of an order of the customer in the middle.", "lines", _NONE),
        Column("mean_weekend_share", "DOUBLE", "Orders on weekends, mean over customers.", "share", _NONE),
        Column("mean_repeat_product_share", "DOUBLE", "Lines bought before, mean over customers who came back.", "share", _NONE),
        Column("return_share", "DOUBLE", "Value returned ÷ gross revenue.", "share", "no gross revenue"),
    ),
)  # fmt: skip

CLUSTER_FEATURES = TableSpec(
    name="cluster_features",
    grain="one row per track, group and input of the track",
    key=("track", "cluster", "place"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        TRACK,
        CLUSTER,
        Column("place", "INTEGER", "Order of the inputs, from 1."),
        Column("input", "VARCHAR", "Which."),
        Column("label", "VARCHAR", "What it is called."),
        Column("unit", "VARCHAR", "Of the medians: days, orders, currency, lines, share or a year."),
        Column("median_value", "DOUBLE", "Of the customer in the middle of the group."),
        Column(
            "median_of_others", "DOUBLE", "Of the customer in the middle of all other groups.", null_means="no others"
        ),
        Column("standardized_mean", "DOUBLE", "Mean of the group in standard deviations from all; for the radar."),
        Column("difference", "DOUBLE", "That minus the mean of all other groups.", null_means="set apart"),
    ),
)  # fmt: skip

CLUSTER_MAP = TableSpec(
    name="cluster_map",
    grain="one row per track and customer drawn for the map",
    key=("track", "point"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        TRACK,
        Column("point", "INTEGER", "Which point, from 1."),
        Column("customer_id", "VARCHAR", "Who."),
        CLUSTER,
        Column("name", "VARCHAR", "Name of the group."),
        Column("x", "DOUBLE", "From left to right."),
        Column("y", "DOUBLE", "From bottom to top."),
    ),
)

CLUSTER_TABLES = (CLUSTER_TRACKS, CLUSTER_CHOICE, CLUSTER_PROFILES, CLUSTER_FEATURES, CLUSTER_MAP)
