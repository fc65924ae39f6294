"""Facts and dimensions: what the warehouse holds after cleaning.

A fact carries two times: when it happened (`ordered_at`, `returned_at`) and, where a source tells, the stretch during
which it was the known version (`known_from`, `known_until`). The door in `history.py` looks at both and lets neither
`known_…` column through.

Identities (tested, and checked on every run):

* rows of `raw_order_lines` + order rows of `raw_rejects` = rows of `fct_order_lines` + `fct_returns` + `set_aside`
* Σ `fct_order_lines.amount` over an order version = its `revenue` + the part of `charges` that has lines
"""

from __future__ import annotations

from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

_ORIGIN = (
    Column("load_id", "INTEGER", "The load the row came in."),
    Column("part", "VARCHAR", "Sheet, file or table within the source.", null_means="one part"),
    Column("row_number", "BIGINT", "Which data row of its part, from 1."),
)
_KNOWN = (
    Column(
        "known_from",
        "TIMESTAMP",
        "Since when this version of the order was known.",
        null_means="since it was placed: it is the first version",
    ),
    Column(
        "known_until", "TIMESTAMP", "When a newer version replaced it.", null_means="it is the latest version"
    ),
)

FCT_ORDER_LINES = TableSpec(
    name="fct_order_lines",
    grain="one row per line sold, of every known version of an order",
    key=("load_id", "part", "row_number"),
    time_column="ordered_at",
    columns=(
        Column("order_id", "VARCHAR", "The order."),
        Column("version", "INTEGER", "Version of the order, from 1."),
        Column("customer_id", "VARCHAR", "Who bought.", null_means="not identified (untracked)"),
        Column(
            "ordered_at", "TIMESTAMP", "When, on the shop's clock; one instant for all lines of an order."
        ),
        Column("product_id", "VARCHAR", "Product code, trimmed.", null_means="the source has no products"),
        Column("description", "VARCHAR", "What it was called.", null_means="not given"),
        Column("category", "VARCHAR", "Category of the product.", null_means="unknown"),
        Column("line_kind", "VARCHAR", "product, shipping, discount, manual, fee, sample or voucher."),
        Column("counts_as_revenue", "BOOLEAN", "Whether its kind counts as revenue."),
        Column("quantity", MONEY_TYPE, "Units.", "units"),
        Column("unit_price", MONEY_TYPE, "Price of a unit.", "currency"),
        Column(
            "amount", MONEY_TYPE, "Price of the line after discount, without tax and shipping.", "currency"
        ),
        Column("discount", MONEY_TYPE, "Taken off, the order's discount included.", "currency", "unknown"),
        Column("unit_cost", MONEY_TYPE, "What a unit cost the shop.", "currency", "unknown"),
        Column("has_hour", "BOOLEAN", "Whether the source told the time of day."),
        Column("country", "VARCHAR", "Where the customer was.", null_means="unknown"),
        Column("channel", "VARCHAR", "Where it was sold.", null_means="unknown"),
        *_KNOWN,
        *_ORIGIN,
    ),
)

FCT_ORDERS = TableSpec(
    name="fct_orders",
    grain="one row per known version of an order",
    key=("order_id", "version"),
    time_column="ordered_at",
    columns=(
        Column("order_id", "VARCHAR", "The order; customer × instant where the source has no order ids."),
        Column("version", "INTEGER", "Version of the order, from 1."),
        Column("customer_id", "VARCHAR", "Who bought.", null_means="not identified (untracked)"),
        Column("ordered_at", "TIMESTAMP", "When it was placed, on the shop's clock."),
        Column("has_hour", "BOOLEAN", "Whether the source told the time of day."),
        Column("is_purchase", "BOOLEAN", "Whether a line of it counts as revenue; postage alone is no purchase."),
        Column("revenue", MONEY_TYPE, "As placed: lines that count, after discounts, before returns.", "currency"),
        Column("charges", MONEY_TYPE, "Shipping, fees and other lines that do not count.", "currency"),
        Column("tax", MONEY_TYPE, "Tax, where the source tells.", "currency", "unknown"),
        Column("discount", MONEY_TYPE, "Taken off.", "currency", "unknown"),
        Column("discounted_revenue", MONEY_TYPE, "Revenue of lines with a discount.", "currency", "unknown"),
        Column("cost", MONEY_TYPE, "What its products cost the shop.", "currency", "unknown"),
        Column("n_lines", "INTEGER", "Product lines.", "lines"),
        Column("n_units", MONEY_TYPE, "Units of products.", "units"),
        Column("max_units_per_line", MONEY_TYPE, "Largest quantity of a product line.", "units", "no product lines"),
        Column("sum_unit_price", MONEY_TYPE, "Sum of unit prices over product lines (for means).", "currency"),
        Column("min_unit_price", MONEY_TYPE, "Lowest unit price.", "currency", "no product lines"),
        Column("max_unit_price", MONEY_TYPE, "Highest unit price.", "currency", "no product lines"),
        Column(
            "n_repeat_lines", "INTEGER",
            "Product lines whose product the customer had ordered at an earlier instant.", "lines",
        ),
        Column("country", "VARCHAR", "Where the customer was.", null_means="unknown"),
        Column("channel", "VARCHAR", "Where it was placed.", null_means="unknown"),
        *_KNOWN,
    ),
)  # fmt: skip

FCT_RETURNS = TableSpec(
    name="fct_returns",
    grain="one row per line returned, cancelled or refunded",
    key=("return_id", "return_line"),
    time_column="returned_at",
    columns=(
        Column("return_id", "VARCHAR", "The credit note, or the order itself for a refund on it."),
        Column("return_line", "INTEGER", "Line of it, from 1."),
        Column("order_id", "VARCHAR", "The order it takes back.", null_means="none could be found"),
        Column(
            "link", "VARCHAR",
            "How that order was found: stated, exact (product, quantity, price), product, or none.",
        ),
        Column("customer_id", "VARCHAR", "Who returned.", null_means="not identified"),
        Column("returned_at", "TIMESTAMP", "When, on the shop's clock."),
        Column("product_id", "VARCHAR", "Product code.", null_means="a refund of money alone"),
        Column("description", "VARCHAR", "What it was called.", null_means="not given"),
        Column("line_kind", "VARCHAR", "product, shipping, discount, manual, fee, sample or voucher."),
        Column("counts_as_revenue", "BOOLEAN", "Whether its kind counts as revenue."),
        Column("quantity", MONEY_TYPE, "Units returned, positive.", "units"),
        Column("amount", MONEY_TYPE, "Money given back, positive.", "currency"),
        Column("load_id", "INTEGER", "The load the row came in."),
        Column("part", "VARCHAR", "Sheet, file or table within the source.", null_means="one part"),
        Column("row_number", "BIGINT", "Data row; that of the order's line for a refund stated on it."),
        Column("is_row", "BOOLEAN", "Whether it is a row of its own in the source (not a refund stated on a sale)."),
    ),
)  # fmt: skip

FCT_CANCELLATIONS = TableSpec(
    name="fct_cancellations",
    grain="one row per order that was taken back in full",
    key=("order_id",),
    time_column="cancelled_at",
    columns=(
        Column("order_id", "VARCHAR", "The order."),
        Column("cancelled_at", "TIMESTAMP", "The instant from which nothing of its revenue was left."),
        Column("cancelled_by", "VARCHAR", "returns or status."),
    ),
)

FCT_CUSTOMER_PRODUCTS = TableSpec(
    name="fct_customer_products",
    grain="one row per customer, product and stretch during which the customer counts as having bought it",
    key=("customer_id", "product_id", "bought_from"),
    time_column="bought_from",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("product_id", "VARCHAR", "What; products only."),
        Column("category", "VARCHAR", "Its category.", null_means="unknown"),
        Column("bought_from", "TIMESTAMP", "The first order with it."),
        Column(
            "bought_until",
            "TIMESTAMP",
            "When the last order with it was taken back or rewritten without it.",
            null_means="it still counts",
        ),
        Column("last_bought_at", "TIMESTAMP", "The last order with it of that stretch, as far as loads go."),
        Column("unit_price", MONEY_TYPE, "Price of a unit in that first order.", "currency"),
    ),
)

FCT_ORDER_CATEGORIES = TableSpec(
    name="fct_order_categories",
    grain="one row per known version of an order and category that its lines tell",
    key=("order_id", "version", "category"),
    timeless_because="fct_orders says when each version was placed and known",
    columns=(
        Column("order_id", "VARCHAR", "The order."),
        Column("version", "INTEGER", "Version of the order, from 1."),
        Column("category", "VARCHAR", "The category."),
        Column("revenue", MONEY_TYPE, "Of its product lines that count as revenue, as placed.", "currency"),
    ),
)

DIM_CUSTOMERS = TableSpec(
    name="dim_customers",
    grain="one row per customer and version of what the source says about them",
    key=("customer_id", "valid_from"),
    time_column="valid_from",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("valid_from", "TIMESTAMP", "Since when.", null_means="always"),
        Column("signed_up_at", "TIMESTAMP", "When they registered.", null_means="unknown"),
        Column("name", "VARCHAR", "Name.", null_means="unknown"),
        Column("email", "VARCHAR", "Address.", null_means="unknown"),
        Column("country", "VARCHAR", "Country.", null_means="unknown"),
        Column("consent", "BOOLEAN", "Whether they may be written to.", null_means="unknown"),
        Column("attributes", "JSON", "Everything else the source says.", null_means="nothing"),
    ),
)

DIM_PRODUCTS = TableSpec(
    name="dim_products",
    grain="one row per product of a product list",
    key=("product_id",),
    timeless_because="a product list says what is, not since when; names on lines are dated by their lines",
    columns=(
        Column("product_id", "VARCHAR", "Product code."),
        Column("description", "VARCHAR", "What it is called.", null_means="not given"),
        Column("category", "VARCHAR", "Its category.", null_means="unknown"),
        Column("unit_cost", MONEY_TYPE, "What a unit costs the shop.", "currency", "unknown"),
    ),
)

FCT_RATINGS = TableSpec(
    name="fct_ratings",
    grain="one row per customer, product and instant of a rating",
    key=("customer_id", "product_id", "rated_at"),
    time_column="rated_at",
    columns=(
        Column("customer_id", "VARCHAR", "Who rated."),
        Column("product_id", "VARCHAR", "What was rated."),
        Column("rating", "DOUBLE", "The rating, on the source's scale."),
        Column(
            "rated_at", "TIMESTAMP", "When, on the shop's clock.", null_means="not told; known at any time"
        ),
        Column("loaded_at", "TIMESTAMP", "When the row was landed, on the shop's clock."),
        *_ORIGIN,
    ),
)

SET_ASIDE = TableSpec(
    name="set_aside",
    grain="one row per row of a source that was set aside",
    key=("load_id", "part", "row_number", "reason"),
    timeless_because="it is about the data as loaded, and the time of a row may be what is wrong with it",
    columns=(
        Column("source", "VARCHAR", "The file."),
        Column("load_id", "INTEGER", "The load it came in."),
        Column("part", "VARCHAR", "Sheet, file or table within it.", null_means="one part"),
        Column("row_number", "BIGINT", "Which data row, from 1."),
        Column("reason", "VARCHAR", "Why, as a code."),
        Column("detail", "VARCHAR", "The value it is about, or the row it repeats."),
        Column("amount", MONEY_TYPE, "Money on the row.", "currency", "it could not be read"),
        Column("order_id", "VARCHAR", "As it came.", null_means="not given"),
        Column("customer_id", "VARCHAR", "As it came.", null_means="not given"),
        Column("ordered_at", "TIMESTAMP", "As it came.", null_means="not given or unreadable"),
        Column("product_id", "VARCHAR", "As it came.", null_means="not given"),
        Column("description", "VARCHAR", "As it came.", null_means="not given"),
        Column("quantity", MONEY_TYPE, "As it came.", null_means="not given or unreadable"),
        Column("unit_price", MONEY_TYPE, "As it came.", null_means="not given or unreadable"),
        Column(
            "cells", "JSON", "The row as it came.", null_means="it could be read: the columns before say it"
        ),
    ),
)

AUDITS = TableSpec(
    name="audits",
    grain="one row per question asked of the data",
    key=("audit",),
    timeless_because="it is about the data as loaded",
    columns=(
        Column("audit", "VARCHAR", "The question, as a code."),
        Column("severity", "VARCHAR", "good, note, warning or stop."),
        Column("n_rows", "BIGINT", "Rows that are the answer.", "rows"),
        Column("money", MONEY_TYPE, "Money on these rows.", "currency"),
        Column("sentence", "VARCHAR", "What was found, with its numbers."),
        Column("hint", "VARCHAR", "What to do about it."),
    ),
)

WAREHOUSE_TABLES = (
    FCT_ORDER_LINES, FCT_ORDERS, FCT_RETURNS, FCT_CANCELLATIONS, FCT_CUSTOMER_PRODUCTS,
    FCT_ORDER_CATEGORIES, FCT_RATINGS, DIM_CUSTOMERS, DIM_PRODUCTS, SET_ASIDE, AUDITS,
)  # fmt: skip
