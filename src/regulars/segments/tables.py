"""What the segments room makes: who is in which segment, where the scores divide, and what each segment is worth."""

from __future__ import annotations

from regulars.segments.clusters.tables import CLUSTER_TABLES
from regulars.segments.personas.tables import RHYTHM_TABLES
from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"
_NOT_SCORED = "no order that was kept: not scored"
_NO_GROUP = "never ordered, or the shop is too small for groups (cluster_tracks says so)"
_NOBODY = "nobody in it, or nobody in it for whom the figure exists"

SEGMENTS = TableSpec(
    name="segments",
    grain="one row per customer",
    key=("customer_id",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("r_score", "TINYINT", "Recency from 1 to 5; 5 bought most recently.", "score", _NOT_SCORED),
        Column("f_score", "TINYINT", "Frequency from 1 to 5; 5 has the most orders.", "score", _NOT_SCORED),
        Column("m_score", "TINYINT", "Money from 1 to 5; 5 spent the most, net of returns.", "score", _NOT_SCORED),
        Column("segment", "VARCHAR", "Name of the segment; its rule is in segment_profiles."),
        Column("lifecycle_stage", "VARCHAR", "never_ordered, new, active, returned, slipping or lapsed."),
        Column("cluster_rfm", "VARCHAR", "Name of the group of those alike in value, or outlier.", null_means=_NO_GROUP),
        Column("cluster_behavior", "VARCHAR", "Name of the group of those alike in habit, or outlier.", null_means=_NO_GROUP),
        Column("timing_persona", "VARCHAR", "When they buy; the evidence is in rhythm_personas.", null_means="no order that was kept"),
    ),
)  # fmt: skip

SEGMENT_BOUNDARIES = TableSpec(
    name="segment_boundaries",
    grain="one row per score that at least one customer has",
    key=("score_name", "score"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("score_name", "VARCHAR", "r_score, f_score or m_score."),
        Column("score", "TINYINT", "The score, 1 to 5.", "score"),
        Column("n_customers", "BIGINT", "Customers who have it.", "customers"),
        Column(
            "lowest_value", "DOUBLE", "Least days since the last order, orders or revenue to date among them."
        ),
        Column("highest_value", "DOUBLE", "The most; up to here (and id) a customer has this score."),
        Column(
            "highest_customer_id",
            "VARCHAR",
            "The last id at the highest value that still has this score.",
            null_means="equal customers share a score",
        ),
    ),
)

SEGMENT_PROFILES = TableSpec(
    name="segment_profiles",
    grain="one row per segmentation and segment, empty segments included",
    key=("segmentation", "segment"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("segmentation", "VARCHAR", "The column of `segments` that is profiled: segment or lifecycle_stage."),
        Column("segment", "VARCHAR", "Name of the segment."),
        Column("place", "INTEGER", "Order in which segments are shown, from 1."),
        Column("rule", "VARCHAR", "What makes a customer a member."),
        Column("action", "VARCHAR", "What a marketer would do."),
        Column("stake", "VARCHAR", "What to do with their money: keep, grow, win_back or let_go."),
        Column("n_customers", "BIGINT", "Customers in it.", "customers"),
        Column("customer_share", "DOUBLE", "Of all customers known.", "share", "no customers at all"),
        Column("revenue", MONEY_TYPE, "Their net revenue to date.", "currency"),
        Column("revenue_share", "DOUBLE", "Of the net revenue of all identified customers.", "share", "no revenue"),
        Column("revenue_last_365d", MONEY_TYPE, "Their net revenue of the last 365 days.", "currency"),
        Column("revenue_last_365d_share", "DOUBLE", "Of all customers' in these days.", "share", "no revenue"),
        Column("mean_revenue", "DOUBLE", "Net revenue to date per customer.", "currency", _NOBODY),
        Column("median_revenue", "DOUBLE", "Net revenue to date of the customer in the middle.", "currency", _NOBODY),
        Column("mean_revenue_last_365d", "DOUBLE", "Net revenue of the last 365 days per customer.", "currency", _NOBODY),
        Column("mean_days_since_last_order", "DOUBLE", "Mean.", "days", _NOBODY),
        Column("median_days_since_last_order", "DOUBLE", "Of the customer in the middle.", "days", _NOBODY),
        Column("n_orders", "BIGINT", "All their orders.", "orders"),
        Column("mean_n_orders", "DOUBLE", "Orders per customer.", "orders", _NOBODY),
        Column("median_n_orders", "DOUBLE", "Orders of the customer in the middle.", "orders", _NOBODY),
        Column("one_time_share", "DOUBLE", "Of them, with a single order.", "share", _NOBODY),
        Column("mean_order_value", "DOUBLE", "Mean over customers of their mean order value.", "currency", _NOBODY),
        Column("median_order_value", "DOUBLE", "Mean order value of the customer in the middle.", "currency", _NOBODY),
        Column("median_days_between_orders", "DOUBLE", "Median gap of the customer in the middle.", "days", _NOBODY),
        Column("mean_n_products", "DOUBLE", "Distinct products per customer.", "products", _NOBODY),
        Column("return_share", "DOUBLE", "Value returned ÷ gross revenue.", "share", "no gross revenue"),
        Column("median_days_since_first_order", "DOUBLE", "How long the customer in the middle is known.", "days", _NOBODY),
        Column("mean_r_score", "DOUBLE", "Mean.", "score", _NOBODY),
        Column("mean_f_score", "DOUBLE", "Mean.", "score", _NOBODY),
        Column("mean_m_score", "DOUBLE", "Mean.", "score", _NOBODY),
    ),
)  # fmt: skip

SEGMENT_TABLES = (SEGMENTS, SEGMENT_BOUNDARIES, SEGMENT_PROFILES, *CLUSTER_TABLES, *RHYTHM_TABLES)
