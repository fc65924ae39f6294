"""What the describe room makes: tables about the shop, from what was known before the cut-off alone."""

from __future__ import annotations

from regulars.describe.baskets.tables import BASKET_TABLES
from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"

REVENUE_BY_MONTH = TableSpec(
    name="revenue_by_month",
    grain="one row per calendar month, months without an order included",
    key=("month",),
    time_column="month",
    columns=(
        Column("month", "DATE", "Its first day."),
        Column("is_complete", "BOOLEAN", "Whether the data covers the whole month."),
        Column("gross_revenue", MONEY_TYPE, "Orders as placed, before returns.", "currency"),
        Column("return_value", MONEY_TYPE, "Given back in this month, whenever it was bought.", "currency"),
        Column("revenue", MONEY_TYPE, "Net: gross revenue less what was given back.", "currency"),
        Column("tracked_revenue", MONEY_TYPE, "Net revenue with a known customer.", "currency"),
        Column("untracked_revenue", MONEY_TYPE, "Net revenue without one.", "currency"),
        Column(
            "untracked_gross_revenue", MONEY_TYPE, "Orders as placed without a known customer.", "currency"
        ),
        Column("untracked_share", "DOUBLE", "Its share of gross revenue.", "share", "nothing was sold"),
        Column("n_orders", "BIGINT", "Orders that were not taken back in full.", "orders"),
        Column("n_untracked_orders", "BIGINT", "Of these, without a known customer.", "orders"),
        Column("n_customers", "BIGINT", "Known customers who ordered.", "customers"),
        Column("n_new_customers", "BIGINT", "Of these, for the first time.", "customers"),
    ),
)

REVENUE_TREND = TableSpec(
    name="revenue_trend",
    grain="one row per complete calendar month",
    key=("month",),
    time_column="month",
    columns=(
        Column("month", "DATE", "Its first day."),
        Column("revenue", "DOUBLE", "Net revenue: trend + season + remainder.", "currency"),
        Column("trend", "DOUBLE", "Where revenue is heading, without season.", "currency"),
        Column("season", "DOUBLE", "What the time of year adds or takes.", "currency", "less than 24 complete months"),
        Column("remainder", "DOUBLE", "What neither explains.", "currency"),
    ),
)  # fmt: skip

COHORTS = TableSpec(
    name="cohorts",
    grain="one row per month of first order and month since then",
    key=("cohort_month", "period"),
    time_column="month",
    columns=(
        Column("cohort_month", "DATE", "Month of the customers' first order."),
        Column("period", "INTEGER", "Months since then; 0 is the month itself.", "months"),
        Column("month", "DATE", "The calendar month this is."),
        Column("is_complete", "BOOLEAN", "Whether that month was over at the cut-off."),
        Column("may_be_older", "BOOLEAN", "The first cohort: some may have bought before the data begins."),
        Column("cohort_size", "BIGINT", "Customers of the cohort.", "customers"),
        Column("n_customers", "BIGINT", "Of these, who ordered in that month.", "customers"),
        Column("retention_rate", "DOUBLE", "Their share of the cohort.", "share"),
        Column("n_orders", "BIGINT", "Their orders in that month.", "orders"),
        Column("revenue", MONEY_TYPE, "Net revenue of the cohort in that month.", "currency"),
        Column("revenue_retention", "DOUBLE", "Against its revenue in period 0.", "share", "nothing was left of period 0"),
        Column("cumulative_revenue_per_customer", "DOUBLE", "Net revenue so far per customer of the cohort.", "currency"),
    ),
)  # fmt: skip

GEOGRAPHY = TableSpec(
    name="geography",
    grain="one row per country that orders came from",
    key=("country",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("country", "VARCHAR", "Country of the order; unknown where none is given."),
        Column("n_customers", "BIGINT", "Known customers who ordered from there.", "customers"),
        Column("n_orders", "BIGINT", "Orders that were not taken back in full.", "orders"),
        Column("gross_revenue", MONEY_TYPE, "Orders as placed.", "currency"),
        Column("sales_share", "DOUBLE", "Of all orders as placed.", "share", "nothing was sold"),
        Column("tracked_gross_revenue", MONEY_TYPE, "Orders as placed by known customers.", "currency"),
        Column("tracked_sales_share", "DOUBLE", "Of all orders of known customers.", "share", "nobody known bought"),
        Column("revenue", MONEY_TYPE, "Net of returns.", "currency"),
        Column("mean_order_value", "DOUBLE", "Value of these orders as placed ÷ their number.", "currency", "no orders left"),
    ),
)  # fmt: skip

CONCENTRATION = TableSpec(
    name="concentration",
    grain="one row per percent of the customers, the biggest spenders first",
    key=("top_pct",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("top_pct", "INTEGER", "So many percent of the customers, 0 to 100.", "percent"),
        Column("n_customers", "BIGINT", "How many that is, rounded up.", "customers"),
        Column("revenue", MONEY_TYPE, "Net revenue of these.", "currency"),
        Column("revenue_share", "DOUBLE", "Of the net revenue of all.", "share", "no revenue"),
        Column("lowest_revenue", MONEY_TYPE, "What the last of them spent.", "currency", "nobody (0 %)"),
    ),
)

RHYTHM = TableSpec(
    name="rhythm",
    grain="one row per segment (and all), weekday and hour in which somebody ordered",
    key=("segment", "weekday", "hour"),
    timeless_because="it adds up the whole history by the clock",
    columns=(
        Column("segment", "VARCHAR", "Segment; all holds orders without a known customer too."),
        Column("weekday", "INTEGER", "1 is Monday, 7 is Sunday."),
        Column("hour", "INTEGER", "0 to 23, the shop's clock.", "hour", "the source has dates only"),
        Column("n_orders", "BIGINT", "Orders that were not taken back in full.", "orders"),
        Column("n_customers", "BIGINT", "Known customers who placed them.", "customers"),
        Column("revenue", MONEY_TYPE, "Their value as placed.", "currency"),
        Column("order_share", "DOUBLE", "Of the segment's orders.", "share"),
        Column("revenue_share", "DOUBLE", "Of the segment's order value.", "share", "it is all zero"),
    ),
)

RHYTHM_WINDOWS = TableSpec(
    name="rhythm_windows",
    grain="one row per stretch of the week: the busiest half, and those of the timing personas",
    key=("place",),
    timeless_because="it adds up the whole history by the clock",
    columns=(
        Column("place", "INTEGER", "Order in which they are shown, from 1."),
        Column(
            "window_name",
            "VARCHAR",
            "busiest_half (the smallest that holds half of the order value) or a timing persona.",
        ),
        Column("weekdays", "VARCHAR", "Its days, separated by commas; 1 is Monday."),
        Column("from_hour", "INTEGER", "Its first hour.", "hour"),
        Column("to_hour", "INTEGER", "The hour at which it ends.", "hour"),
        Column("week_share", "DOUBLE", "Of the hours of a week, so much.", "share"),
        Column("n_orders", "BIGINT", "Orders of the whole week whose time is known.", "orders"),
        Column(
            "revenue_share",
            "DOUBLE",
            "Of the order value, on these days and in these hours at once.",
            "share",
        ),
        Column("order_share", "DOUBLE", "Of the orders, the same.", "share"),
        Column("weekday_revenue_share", "DOUBLE", "Of the order value, on these days at any hour.", "share"),
        Column("hour_revenue_share", "DOUBLE", "Of the order value, in these hours on any day.", "share"),
        Column("sentence", "VARCHAR", "The same in words."),
    ),
)

ACTIVATION = TableSpec(
    name="activation",
    grain="one row per month in which customers signed up",
    key=("signed_up_month",),
    time_column="signed_up_month",
    columns=(
        Column("signed_up_month", "DATE", "Its first day."),
        Column("is_complete", "BOOLEAN", "Whether the month was over at the cut-off."),
        Column("n_registered", "BIGINT", "Customers who signed up.", "customers"),
        Column("n_ordered", "BIGINT", "Of these, who have ordered since and kept something.", "customers"),
        Column("activation_rate", "DOUBLE", "Their share.", "share"),
        Column("median_days_to_first_order", "DOUBLE", "From sign-up, of those who did.", "days", "none has ordered yet"),
    ),
)  # fmt: skip

DISTRIBUTIONS = TableSpec(
    name="distributions",
    grain="one row per measure and bin, from the least to the greatest in use",
    key=("measure", "bin"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("measure", "VARCHAR", "revenue_to_date, n_orders, days_since_last_order or order_value."),
        Column("bin", "INTEGER", "Number of the bin."),
        Column("low", "DOUBLE", "Values from here on.", null_means="no lower end"),
        Column("high", "DOUBLE", "Values below this.", null_means="no upper end"),
        Column("n", "BIGINT", "Customers in the bin; orders for order_value.", "customers or orders"),
        Column("share", "DOUBLE", "Of all.", "share"),
        Column("revenue", MONEY_TYPE, "Their net revenue; value of the orders for order_value.", "currency"),
    ),
)

CORRELATIONS = TableSpec(
    name="correlations",
    grain="one row per pair of features and method",
    key=("feature_a", "feature_b", "method"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("feature_a", "VARCHAR", "One feature."),
        Column("feature_b", "VARCHAR", "The other."),
        Column("method", "VARCHAR", "spearman (of ranks: do they rise together) or pearson (on a line)."),
        Column("n", "BIGINT", "Customers who have both (of at most 200,000, drawn by a hash of the id)."
        , "customers"),
        Column("correlation", "DOUBLE", "−1 to 1.", null_means="too few customers, or one of the two never varies"),
        Column("ci_low", "DOUBLE", "Lower end of the 95 % interval.", null_means="no correlation or fewer than 4 customers"),
        Column("ci_high", "DOUBLE", "Upper end.", null_means="no correlation or fewer than 4 customers"),
        Column("sentence", "VARCHAR", "The same in words."),
    ),
)  # fmt: skip

GROUP_DIFFERENCES = TableSpec(
    name="group_differences",
    grain="one row per comparison of two groups of customers and measure",
    key=("comparison", "measure"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("comparison", "VARCHAR", "What tells the groups apart."),
        Column("measure", "VARCHAR", "The feature compared."),
        Column("group_a", "VARCHAR", "One group."),
        Column("group_b", "VARCHAR", "The other."),
        Column("n_a", "BIGINT", "Customers in the one for whom the measure exists.", "customers"),
        Column("n_b", "BIGINT", "In the other.", "customers"),
        Column("median_a", "DOUBLE", "Middle value in the one.", null_means="nobody in it"),
        Column("median_b", "DOUBLE", "In the other.", null_means="nobody in it"),
        Column("mean_a", "DOUBLE", "Mean in the one.", null_means="nobody in it"),
        Column("mean_b", "DOUBLE", "In the other.", null_means="nobody in it"),
        Column("cliffs_delta", "DOUBLE", "How much more often a is above b than below, −1 to 1.", null_means="too few to compare"),
        Column("ci_low", "DOUBLE", "Lower end of its 95 % interval.", null_means="too few to compare"),
        Column("ci_high", "DOUBLE", "Upper end.", null_means="too few to compare"),
        Column("effect", "VARCHAR", "negligible, small, medium or large.", null_means="too few to compare"),
        Column("p_value", "DOUBLE", "Of the Mann–Whitney test.", null_means="too few to compare"),
        Column("p_adjusted", "DOUBLE", "For the number of tests in this table (Benjamini–Hochberg).", null_means="too few to compare"),
        Column("sentence", "VARCHAR", "The same in words."),
    ),
)  # fmt: skip

SHOP_FACTS = TableSpec(
    name="shop_facts",
    grain="one row per figure about the whole shop",
    key=("fact",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("fact", "VARCHAR", "Which, as a code."),
        Column(
            "value",
            "DOUBLE",
            "The figure.",
            null_means="it cannot be known from this data; the sentence says why",
        ),
        Column(
            "unit",
            "VARCHAR",
            "Of the figure: share, currency, days, orders, customers, baskets, pairs, sets or none.",
        ),
        Column("ci_low", "DOUBLE", "Lower end of the 95 % interval.", null_means="counted, not estimated"),
        Column("ci_high", "DOUBLE", "Upper end.", null_means="counted, not estimated"),
        Column("n", "BIGINT", "What it rests on: customers, orders or months.", null_means="counted"),
        Column("sentence", "VARCHAR", "The same in words, with what to know about it."),
    ),
)

DESCRIBE_TABLES = (
    REVENUE_BY_MONTH, REVENUE_TREND, COHORTS, GEOGRAPHY, CONCENTRATION, RHYTHM, RHYTHM_WINDOWS, ACTIVATION,
    DISTRIBUTIONS, CORRELATIONS, GROUP_DIFFERENCES, SHOP_FACTS, *BASKET_TABLES,
)  # fmt: skip
