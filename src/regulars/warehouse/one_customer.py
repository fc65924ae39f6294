"""The facts of one customer alone, in memory: what a live answer is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.engines.queries import PARAMETER, Query
from regulars.terms.windows import Cutoff
from regulars.warehouse.history import MARK, PREFIX, relation, relations_needed
from regulars.warehouse.tables import (
    DIM_CUSTOMERS,
    FCT_CANCELLATIONS,
    FCT_CUSTOMER_PRODUCTS,
    FCT_ORDER_LINES,
    FCT_ORDERS,
    FCT_RATINGS,
    FCT_RETURNS,
)

if TYPE_CHECKING:
    import pyarrow

BY_CUSTOMER = (FCT_ORDERS, FCT_ORDER_LINES, FCT_RETURNS, FCT_CUSTOMER_PRODUCTS, FCT_RATINGS, DIM_CUSTOMERS)
OF_ONE = (*BY_CUSTOMER, FCT_CANCELLATIONS)


def facts_of(engine: DuckDBEngine, customer_id: str) -> dict[str, pyarrow.Table]:
    """Return the rows of one customer in every table of a warehouse that features rest on, by table."""
    whose = {"customer_id": customer_id}
    found = {
        spec.name: engine.arrow(
            f"SELECT * FROM {quoted(spec.name)} WHERE customer_id = $customer_id ORDER BY ALL",  # noqa: S608
            whose,
        )
        for spec in BY_CUSTOMER
    }
    found[FCT_CANCELLATIONS.name] = engine.arrow(
        "SELECT * FROM fct_cancellations WHERE order_id IN "
        "(SELECT order_id FROM fct_orders WHERE customer_id = $customer_id) ORDER BY ALL",
        whose,
    )
    return found


class OneCustomer:
    """A small warehouse that holds one customer at a time.

    Its tables stay while their rows change, so that queries over the history are prepared once: planning them takes
    longer than a few rows do. They are the very texts that a run computes everybody with; only the parameters come from
    a table of one row, because a prepared query with parameters would be planned anew each time.

    Examples
    --------
    >>> from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
    >>> shop, customer = six_customer_warehouse(), OneCustomer()
    >>> customer.prepare("orders", Query("orders", "SELECT count(*) AS n FROM history_orders", {"needs": "orders"}))
    >>> customer.hold(facts_of(shop, "ann"))
    >>> customer.stand_at(SIX_CUSTOMERS_CUTOFF)
    >>> customer.answer("orders").to_pylist()
    [{'n': 3}]
    """

    def __init__(self) -> None:
        self.engine = DuckDBEngine(threads=1, for_few_rows=True)
        for spec in OF_ONE:
            self.engine.create_empty(spec)
        self.engine.execute(
            f"CREATE TABLE {MARK} (cutoff TIMESTAMP, last_observed_day DATE, customer_id VARCHAR, horizon_days INTEGER)"
        )

    def close(self) -> None:
        self.engine.close()

    def hold(self, facts: Mapping[str, pyarrow.Table]) -> None:
        """Hold the rows of one customer instead of those before (see `facts_of`)."""
        with self.engine.transaction():
            for spec in OF_ONE:
                self.engine.execute(f"DELETE FROM {quoted(spec.name)}")  # noqa: S608
                if facts[spec.name].num_rows:
                    self.engine.insert_arrow(spec.name, facts[spec.name])

    def stand_at(self, cutoff: Cutoff, horizon_days: int | None = None) -> None:
        """Put up the wall: what is answered from now on was known before it."""
        self.engine.execute(f"DELETE FROM {MARK}")  # noqa: S608
        self.engine.execute(
            f"INSERT INTO {MARK} VALUES ($cutoff, $last_observed_day, NULL, $horizon_days)",  # noqa: S608
            {
                "cutoff": cutoff.at,
                "last_observed_day": cutoff.last_observed_day,
                "horizon_days": horizon_days,
            },
        )

    def prepare(self, name: str, last: Query, between: Mapping[str, Query] | None = None) -> None:
        """Keep a query over the history ready; ``between`` are relations that it reads and that read the history."""
        parts: dict[str, Query] = {}
        for query in (*(between or {}).values(), last):
            for needed in relations_needed(query):
                _put(needed, parts)
        parts |= between or {}
        texts = ",\n".join(f"{quoted(part)} AS (\n{query.text}\n)" for part, query in parts.items())
        whole = PARAMETER.sub(rf"(SELECT \1 FROM {MARK})", f"WITH {texts}\nSELECT * FROM (\n{last.text}\n)")  # noqa: S608
        self.engine.prepare(name, Query(name, whole, {}))

    def answer(self, name: str) -> pyarrow.Table:
        """Return the rows of a prepared query, about the customer that is held, from where the wall stands."""
        return self.engine.arrow_of_prepared(name)


def _put(name: str, parts: dict[str, Query]) -> None:
    """Put a relation of the history after those that it rests on."""
    query = relation(name)
    for needed in relations_needed(query):
        _put(needed, parts)
    parts.setdefault(PREFIX + name, query)
