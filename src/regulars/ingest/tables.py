"""What landing leaves behind: raw rows as they came, typed, and the rows that could not be typed."""

from __future__ import annotations

from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

_ORIGIN = (
    Column("load_id", "INTEGER", "The load the row came in."),
    Column(
        "part",
        "VARCHAR",
        "Sheet of a workbook, file of an archive or table of a database.",
        null_means="one part",
    ),
    Column("row_number", "BIGINT", "Which data row of its part, from 1."),
)

RAW_LOADS = TableSpec(
    name="raw_loads",
    grain="one row per table of a source that was landed",
    key=("load_id",),
    time_column="loaded_at",
    columns=(
        Column("load_id", "INTEGER", "Number of the load, from 1, in the order of landing."),
        Column(
            "batch_id", "INTEGER", "Loads landed by one command share it; none of them is newer than another."
        ),
        Column("source", "VARCHAR", "Name of the file, or file and table, without its folder."),
        Column("shape", "VARCHAR", "What a row is: orders, customers, products or ratings."),
        Column("fingerprint", "VARCHAR", "SHA-256 of the content and of how it was read."),
        Column("loaded_at", "TIMESTAMP", "When it was landed, UTC."),
        Column("n_rows", "BIGINT", "Data rows in the source."),
        Column("n_rejected", "BIGINT", "Rows that could not be read and were set aside."),
        Column("has_hours", "BOOLEAN", "Whether instants have a time of day.", null_means="no instants"),
        Column("mapping", "JSON", "What was taken for what, and how it was read."),
    ),
)

RAW_ORDER_LINES = TableSpec(
    name="raw_order_lines",
    grain="one row per row of an orders source: an order line, sold or returned",
    key=("load_id", "part", "row_number"),
    time_column="ordered_at",
    columns=(
        *_ORIGIN,
        Column("section", "INTEGER", "Stretch of the part, from 1; a later one repeats orders seen before."),
        Column("order_id", "VARCHAR", "Order, invoice or credit note.", null_means="customer × instant stands for it"),
        Column("customer_id", "VARCHAR", "Who bought.", null_means="not identified"),
        Column("ordered_at", "TIMESTAMP", "When, on the shop's clock."),
        Column("product_id", "VARCHAR", "Product code.", null_means="the source has no products"),
        Column("description", "VARCHAR", "What the product was called.", null_means="not given"),
        Column("quantity", MONEY_TYPE, "Units; negative when returned.", null_means="not given: 1"),
        Column("unit_price", MONEY_TYPE, "Price of a unit.", "currency", null_means="amount is given instead"),
        Column("amount", MONEY_TYPE, "Price of the line.", "currency", null_means="quantity × unit price"),
        Column("discount", MONEY_TYPE, "Taken off the line, as a positive amount.", "currency", null_means="unknown"),
        Column("tax", MONEY_TYPE, "Tax on the line.", "currency", null_means="unknown"),
        Column("shipping", MONEY_TYPE, "Shipping charged with the line.", "currency", null_means="unknown"),
        Column("order_discount", MONEY_TYPE, "Taken off the order, on one of its lines.", "currency", null_means="none"),
        Column("order_tax", MONEY_TYPE, "Tax on the order, on one of its lines.", "currency", null_means="none"),
        Column("order_shipping", MONEY_TYPE, "Shipping of the order, on one of its lines.", "currency", null_means="none"),
        Column("order_refund", MONEY_TYPE, "Refunded of the order, on one of its lines.", "currency", null_means="none"),
        Column("unit_cost", MONEY_TYPE, "What a unit cost the shop.", "currency", null_means="unknown"),
        Column("status", "VARCHAR", "The source's word for the state of the order.", null_means="placed"),
        Column("updated_at", "TIMESTAMP", "When the source last changed the order.", null_means="unknown"),
        Column("currency", "VARCHAR", "ISO code of the amounts.", null_means="the shop's"),
        Column("country", "VARCHAR", "Where the customer is.", null_means="unknown"),
        Column("channel", "VARCHAR", "Where the order was placed.", null_means="unknown"),
        Column("category", "VARCHAR", "Category of the product.", null_means="unknown"),
        Column("consent", "BOOLEAN", "Whether the customer may be written to.", null_means="unknown"),
        Column("email", "VARCHAR", "Address of the customer.", null_means="unknown"),
    ),
)  # fmt: skip

RAW_CUSTOMERS = TableSpec(
    name="raw_customers",
    grain="one row per row of a customers source",
    key=("load_id", "part", "row_number"),
    time_column="valid_from",
    columns=(
        *_ORIGIN,
        Column("customer_id", "VARCHAR", "Who."),
        Column("signed_up_at", "TIMESTAMP", "When the customer registered.", null_means="unknown"),
        Column("valid_from", "TIMESTAMP", "Since when the attributes hold.", null_means="always"),
        Column("name", "VARCHAR", "Name.", null_means="unknown"),
        Column("email", "VARCHAR", "Address.", null_means="unknown"),
        Column("country", "VARCHAR", "Country.", null_means="unknown"),
        Column("consent", "BOOLEAN", "Whether the customer may be written to.", null_means="unknown"),
        Column("attributes", "JSON", "All other columns, as they came."),
    ),
)

RAW_PRODUCTS = TableSpec(
    name="raw_products",
    grain="one row per row of a products source",
    key=("load_id", "part", "row_number"),
    timeless_because="a product list says what is, not since when",
    columns=(
        *_ORIGIN,
        Column("product_id", "VARCHAR", "Product code."),
        Column("description", "VARCHAR", "What it is called.", null_means="not given"),
        Column("category", "VARCHAR", "Its category.", null_means="unknown"),
        Column("unit_price", MONEY_TYPE, "List price.", "currency", null_means="unknown"),
        Column("unit_cost", MONEY_TYPE, "What a unit costs the shop.", "currency", null_means="unknown"),
        Column("attributes", "JSON", "All other columns, as they came."),
    ),
)

RAW_RATINGS = TableSpec(
    name="raw_ratings",
    grain="one row per row of a ratings source",
    key=("load_id", "part", "row_number"),
    time_column="rated_at",
    columns=(
        *_ORIGIN,
        Column("customer_id", "VARCHAR", "Who rated."),
        Column("product_id", "VARCHAR", "What was rated."),
        Column("rating", "DOUBLE", "The rating, as given."),
        Column("rated_at", "TIMESTAMP", "When.", null_means="unknown"),
    ),
)

RAW_REJECTS = TableSpec(
    name="raw_rejects",
    grain="one row per row of a source that could not be read",
    key=("load_id", "part", "row_number", "reason"),
    timeless_because="the time of the row may be what could not be read",
    columns=(
        *_ORIGIN,
        Column("reason", "VARCHAR", "Why, as a code."),
        Column("detail", "VARCHAR", "The column and the value that could not be read."),
        Column("cells", "JSON", "The row as it came, their column names to text."),
    ),
)

RAW_TABLES = (RAW_LOADS, RAW_ORDER_LINES, RAW_CUSTOMERS, RAW_PRODUCTS, RAW_RATINGS, RAW_REJECTS)
