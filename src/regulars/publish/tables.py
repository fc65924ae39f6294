"""The facts as they are published: what was known at the cut-off, cleaned, netted and sorted by customer.

Identities (tested):

* Σ `orders.revenue` over identified orders = Σ `customers.gross_revenue_to_date`
* `orders.net_revenue` = `orders.revenue` − `orders.return_value`
* Σ `order_lines.amount` of lines that count = Σ `orders.revenue`
"""

from __future__ import annotations

from collections.abc import Iterable

from regulars.engines.queries import Query, load
from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

CUSTOMERS = TableSpec(
    name="customers",
    grain="one row per customer with an order, or a dated sign-up, before the cut-off",
    key=("customer_id",),
    timeless_because="everything in it is as of the release's cut-off",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("name", "VARCHAR", "Name.", null_means="unknown"),
        Column("email", "VARCHAR", "Address.", null_means="unknown"),
        Column("country", "VARCHAR", "Country, the latest known.", null_means="unknown"),
        Column("consent", "BOOLEAN", "Whether they may be written to.", null_means="unknown"),
        Column("signed_up_at", "TIMESTAMP", "When they registered.", null_means="unknown"),
        Column("is_buyer", "BOOLEAN", "Whether an order of theirs stands."),
        Column("first_ordered_at", "TIMESTAMP", "Their first order.", null_means="never bought"),
        Column("last_ordered_at", "TIMESTAMP", "Their last order.", null_means="never bought"),
        Column("n_orders", "BIGINT", "Orders that were not taken back in full.", "orders"),
        Column("gross_revenue_to_date", MONEY_TYPE, "Bought, before returns.", "currency"),
        Column("return_value", MONEY_TYPE, "Given back.", "currency"),
        Column("revenue_to_date", MONEY_TYPE, "Bought, after returns.", "currency"),
        Column("attributes", "JSON", "Everything else the source says.", null_means="nothing"),
    ),
)

ORDERS = TableSpec(
    name="orders",
    grain="one row per order placed before the cut-off",
    key=("order_id",),
    time_column="ordered_at",
    columns=(
        Column("customer_id", "VARCHAR", "Who bought.", null_means="not identified (untracked)"),
        Column("order_id", "VARCHAR", "The order."),
        Column("ordered_at", "TIMESTAMP", "When it was placed, on the shop's clock."),
        Column("revenue", MONEY_TYPE, "As placed: lines that count, after discounts.", "currency"),
        Column("return_value", MONEY_TYPE, "Given back of it before the cut-off.", "currency"),
        Column("net_revenue", MONEY_TYPE, "Revenue minus what was given back.", "currency"),
        Column("charges", MONEY_TYPE, "Shipping, fees and other lines that do not count.", "currency"),
        Column("discount", MONEY_TYPE, "Taken off.", "currency", "unknown"),
        Column("cost", MONEY_TYPE, "What its products cost the shop.", "currency", "unknown"),
        Column("n_lines", "INTEGER", "Product lines.", "lines"),
        Column("n_products", "INTEGER", "Distinct products.", "products"),
        Column("n_units", MONEY_TYPE, "Units of products.", "units"),
        Column("country", "VARCHAR", "Where the customer was.", null_means="unknown"),
        Column("channel", "VARCHAR", "Where it was placed.", null_means="unknown"),
        Column("is_cancelled", "BOOLEAN", "Whether it was taken back in full before the cut-off."),
    ),
)

ORDER_LINES = TableSpec(
    name="order_lines",
    grain="one row per line of an order placed before the cut-off",
    key=("order_id", "order_line"),
    time_column="ordered_at",
    columns=(
        Column("customer_id", "VARCHAR", "Who bought.", null_means="not identified (untracked)"),
        Column("order_id", "VARCHAR", "The order."),
        Column("order_line", "INTEGER", "Which of its lines, from 1, by product."),
        Column("ordered_at", "TIMESTAMP", "When the order was placed."),
        Column("product_id", "VARCHAR", "Product code.", null_means="the source has no products"),
        Column("description", "VARCHAR", "What it was called on the line.", null_means="not given"),
        Column("category", "VARCHAR", "Category of the product.", null_means="unknown"),
        Column("line_kind", "VARCHAR", "product, shipping, discount, manual, fee, sample or voucher."),
        Column("counts_as_revenue", "BOOLEAN", "Whether its kind counts as revenue."),
        Column("quantity", MONEY_TYPE, "Units.", "units"),
        Column("unit_price", MONEY_TYPE, "Price of a unit.", "currency"),
        Column("amount", MONEY_TYPE, "Price of the line after discount.", "currency"),
        Column("discount", MONEY_TYPE, "Taken off.", "currency", "unknown"),
        Column("unit_cost", MONEY_TYPE, "What a unit cost the shop.", "currency", "unknown"),
        Column("is_cancelled", "BOOLEAN", "Whether its order was taken back in full before the cut-off."),
    ),
)

RETURNS = TableSpec(
    name="returns",
    grain="one row per line returned, cancelled or refunded before the cut-off",
    key=("return_id", "return_line"),
    time_column="returned_at",
    columns=(
        Column("customer_id", "VARCHAR", "Who returned.", null_means="not identified"),
        Column("return_id", "VARCHAR", "The credit note, or the order itself for a refund on it."),
        Column("return_line", "INTEGER", "Line of it, from 1."),
        Column("order_id", "VARCHAR", "The order it takes back.", null_means="none could be found"),
        Column("link", "VARCHAR", "How that order was found: stated, exact, product or none."),
        Column("returned_at", "TIMESTAMP", "When, on the shop's clock."),
        Column("product_id", "VARCHAR", "Product code.", null_means="a refund of money alone"),
        Column("line_kind", "VARCHAR", "product, shipping, discount, manual, fee, sample or voucher."),
        Column("counts_as_revenue", "BOOLEAN", "Whether its kind counts as revenue."),
        Column("quantity", MONEY_TYPE, "Units returned, positive.", "units"),
        Column("amount", MONEY_TYPE, "Money given back, positive.", "currency"),
    ),
)

PRODUCTS = TableSpec(
    name="products",
    grain="one row per product sold before the cut-off",
    key=("product_id",),
    timeless_because="everything in it is as of the release's cut-off",
    columns=(
        Column("product_id", "VARCHAR", "Product code."),
        Column("description", "VARCHAR", "The name it went by most often.", null_means="not given"),
        Column("category", "VARCHAR", "Its latest category.", null_means="unknown"),
        Column("first_sold_at", "TIMESTAMP", "First order with it."),
        Column("last_sold_at", "TIMESTAMP", "Last order with it."),
        Column("n_lines", "BIGINT", "Lines sold, as placed.", "lines"),
        Column("n_units", MONEY_TYPE, "Units sold, as placed.", "units"),
        Column("revenue", MONEY_TYPE, "As placed, after discounts.", "currency"),
        Column("return_value", MONEY_TYPE, "Given back before the cut-off.", "currency"),
        Column("net_revenue", MONEY_TYPE, "Revenue minus what was given back.", "currency"),
    ),
)

PUBLISHED_FACTS = (CUSTOMERS, ORDERS, ORDER_LINES, RETURNS, PRODUCTS)
NEEDED = ("customers", "orders", "order_lines", "returns", "products")
"""What the facts are made from: ``history_<name>``; `customers` reads the run's `features` as well."""

SORTED_BY = {
    "orders": ("customer_id", "ordered_at", "order_id"),
    "order_lines": ("customer_id", "ordered_at", "order_id", "order_line"),
    "returns": ("customer_id", "returned_at", "return_id", "return_line"),
}
"""Tables that lie in another order than their key, so that one customer's rows lie together."""


def sort_columns(spec: TableSpec) -> tuple[str, ...]:
    """Return what a table is sorted by: together these columns tell its rows apart."""
    return SORTED_BY.get(spec.name, spec.key)


def fact(spec: TableSpec) -> Query | None:
    """Return the query that makes a published fact; None for tables that the run has made."""
    return load("regulars.publish", spec.name) if spec in PUBLISHED_FACTS else None


def is_per_customer(spec: TableSpec) -> bool:
    """Whether a table has at most one row per customer (at the release's one cut-off)."""
    return "customer_id" in spec.key and set(spec.key) <= {"customer_id", "cutoff"}


def lists_per_customer(specs: Iterable[TableSpec]) -> list[TableSpec]:
    """Return the tables with several rows per customer, facts apart: reasons, recommendations, …"""
    return [
        spec
        for spec in specs
        if "customer_id" in spec.key and not is_per_customer(spec) and spec not in PUBLISHED_FACTS
    ]
