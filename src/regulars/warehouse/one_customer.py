"""The facts of one customer alone, in memory: what a live answer is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.warehouse.tables import (
    DIM_CUSTOMERS,
    FCT_CANCELLATIONS,
    FCT_CUSTOMER_PRODUCTS,
    FCT_ORDER_CATEGORIES,
    FCT_ORDER_LINES,
    FCT_ORDERS,
    FCT_RATINGS,
    FCT_RETURNS,
)

if TYPE_CHECKING:
    import pyarrow

BY_CUSTOMER = (FCT_ORDERS, FCT_ORDER_LINES, FCT_RETURNS, FCT_CUSTOMER_PRODUCTS, FCT_RATINGS, DIM_CUSTOMERS)
BY_ORDER = (FCT_CANCELLATIONS, FCT_ORDER_CATEGORIES)
OF_ONE = (*BY_CUSTOMER, *BY_ORDER)


def facts_of(engine: DuckDBEngine, customer_id: str) -> dict[str, pyarrow.Table]:
    """Return the rows of one customer in every table of a warehouse that features rest on, by table."""
    whose = {"customer_id": customer_id}
    found = {
        spec.name: engine.arrow(
            f"SELECT * FROM {quoted(spec.name)} WHERE customer_id = $customer_id",  # noqa: S608
            whose,
        )
        for spec in BY_CUSTOMER
    }
    of_orders = {
        spec.name: engine.arrow(
            f"SELECT * FROM {quoted(spec.name)} WHERE order_id IN "  # noqa: S608
            "(SELECT order_id FROM fct_orders WHERE customer_id = $customer_id)",
            whose,
        )
        for spec in BY_ORDER
    }
    return found | of_orders
