"""Who bought what, how often and how lately: one sparse table, customers by products, for scorers to work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow
    from scipy.sparse import csr_matrix

    from regulars.engines.duckdb import DuckDBEngine

Numbers = NDArray[np.float64]
Places = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Demand:
    """What the population does with products, in the order of their ids; kept with the release to score one customer.

    ``is_recommended`` is false for products that no list shows.
    """

    product_ids: pyarrow.Array
    names: pyarrow.Array
    n_customers: Numbers
    n_recent_customers: Numbers
    is_recommended: Mask

    def __len__(self) -> int:
        return len(self.product_ids)

    @classmethod
    def of(cls, table: pyarrow.Table) -> Demand:
        """Take the columns of ``product_demand``, sorted by product."""
        return cls(
            table.column("product_id").combine_chunks(),
            table.column("product").combine_chunks(),
            table.column("n_customers").to_numpy().astype(float),
            table.column("n_recent_customers").to_numpy().astype(float),
            table.column("is_recommended").to_numpy(zero_copy_only=False).astype(bool),
        )


@dataclass(frozen=True)
class Purchases:
    """One entry per customer and product, sorted by customer, then product; both by their place.

    ``starts`` has one more element than there are customers: a customer's entries lie from theirs to the next.
    """

    customer_ids: pyarrow.Array
    starts: NDArray[np.int64]
    products: Places
    n_orders: Numbers
    fresh_orders: Numbers
    days_since_last: Numbers
    n_products: int

    @property
    def n_customers(self) -> int:
        return len(self.starts) - 1

    @property
    def n_buyers(self) -> int:
        """Customers who bought anything."""
        return int((np.diff(self.starts) > 0).sum())

    @property
    def customers(self) -> Places:
        """The customer's place of every entry."""
        return np.repeat(np.arange(self.n_customers, dtype=np.int32), np.diff(self.starts))

    def rows(self, places: NDArray[np.int64]) -> Purchases:
        """Return the purchases of some customers, in this order."""
        import pyarrow as pa

        sizes = (self.starts[places + 1] - self.starts[places]).astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        taken = np.repeat(self.starts[places] - starts[:-1], sizes) + np.arange(starts[-1])
        return Purchases(
            self.customer_ids.take(pa.array(places)),
            starts,
            self.products[taken],
            self.n_orders[taken],
            self.fresh_orders[taken],
            self.days_since_last[taken],
            self.n_products,
        )

    def matrix(self, values: Numbers | None = None) -> csr_matrix:
        """Return customers × products; 1 for everything bought when no values are given."""
        from scipy.sparse import csr_matrix

        data = np.ones(len(self.products)) if values is None else values
        starts = self.starts.astype(np.int32)  # both places of the same width, as compiled code wants them
        found = csr_matrix((data, self.products.copy(), starts), shape=(self.n_customers, self.n_products))
        found.has_sorted_indices = True
        return found


def read_purchases(engine: DuckDBEngine, demand: Demand) -> Purchases:
    """Read ``recommend_interactions`` of customers of the history, in the order of their ids.

    Customers who bought nothing that anybody can be shown have no entries.
    """
    import pyarrow as pa

    places = pa.table(
        {"product_id": demand.product_ids, "place": pa.array(np.arange(len(demand)), pa.int32())}
    )
    with engine.registered("product_places", places):
        entries = engine.arrow(
            "SELECT who.place AS customer, product_places.place AS product, bought.n_orders, bought.fresh_orders, "
            "bought.days_since_last FROM recommend_interactions AS bought "
            "INNER JOIN recommend_customers AS who ON who.customer_id = bought.customer_id "
            "INNER JOIN product_places ON product_places.product_id = bought.product_id ORDER BY 1, 2"
        )
    customers = engine.arrow("SELECT customer_id FROM recommend_customers ORDER BY place").column(0)
    counts = np.bincount(entries.column("customer").to_numpy(), minlength=len(customers))
    return Purchases(
        customers.combine_chunks(),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        entries.column("product").to_numpy().astype(np.int32),
        entries.column("n_orders").to_numpy().astype(float),
        entries.column("fresh_orders").to_numpy().astype(float),
        entries.column("days_since_last").to_numpy().astype(float),
        len(demand),
    )
