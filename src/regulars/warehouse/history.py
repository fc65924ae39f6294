"""The wall: what was known before a cut-off, as relations that nothing later can enter.

Whoever computes something at a cut-off is handed a `History` and asks it for temporary tables by name; there is no
argument through which a later row could come in. One `.sql` file each, in `history/`. What takes longer to copy than to
read a few times stays a view.
"""

from __future__ import annotations

import itertools
from typing import Any

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import Query, load
from regulars.terms.windows import Cutoff

RELATIONS = (
    "orders", "order_lines", "returns", "purchase_days", "customer_products", "order_categories", "customers",
    "products", "ratings",
)  # fmt: skip
PREFIX = "history_"
MARK = "history_owner"
OWNER = Query(MARK, "SELECT $owner AS owner", {})
_NUMBERS = itertools.count(1)


def relation(name: str) -> Query:
    """Return the query behind ``history_<name>``."""
    return load("regulars.warehouse", f"history/{name}")


def relations_needed(query: Query) -> list[str]:
    """Return what a query's header says it needs (``-- needs: orders, returns``)."""
    return [name for name in query.header.get("needs", "").replace(",", " ").split() if name]


def _is_view(name: str) -> bool:
    """Say whether a relation stays a view."""
    return relation(name).header.get("kept as", "").startswith("view")


class History:
    """What was known before a cut-off, of everybody or of one customer.

    ``need`` makes the temporary tables and views ``history_<name>`` that are asked for, each once. An engine holds one history
    at a time: the tables of an older one are made anew when it is asked again.

    Time: rows with ``ordered_at < cutoff``, returns with ``returned_at < cutoff``, each order in the version known
    then.

    Examples
    --------
    >>> from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
    >>> history = History(six_customer_warehouse(), SIX_CUSTOMERS_CUTOFF)
    >>> history.need("orders")
    >>> history.engine.rows("SELECT count(*) AS n, max(ordered_at) AS last FROM history_orders")
    [{'n': 11, 'last': datetime.datetime(2026, 2, 28, 23, 59)}]

    What happened at the very instant of the cut-off is not in it:

    >>> history.engine.rows("SELECT order_id FROM history_orders WHERE order_id = 'A4'")
    []
    """

    def __init__(self, engine: DuckDBEngine, cutoff: Cutoff, customer_id: str | None = None) -> None:
        self.engine = engine
        self.cutoff = cutoff
        self.customer_id = customer_id
        self._number = next(_NUMBERS)
        self._made: set[str] = set()
        self._begin()

    @property
    def parameters(self) -> dict[str, Any]:
        """What queries about this history may bind."""
        return {
            "cutoff": self.cutoff.at,
            "last_observed_day": self.cutoff.last_observed_day,
            "customer_id": self.customer_id,
        }

    def need(self, *names: str) -> None:
        """Make the relations ``history_<name>``, with what they rest on, unless they are there."""
        if not self._is_mine():
            self._begin()
        for name in names:
            self._make(name)

    def release(self, *names: str) -> None:
        """Give back the room that tables take; they are made again when they are needed again."""
        for name in names:
            if name in self._made and self._is_mine():
                self._drop(name)
            self._made.discard(name)

    def _make(self, name: str) -> None:
        if name in self._made:
            return
        query = relation(name)
        for other in relations_needed(query):
            self._make(other)
        if _is_view(name):
            self.engine.create_view(PREFIX + name, query, self.parameters)
        else:
            self.engine.create(PREFIX + name, query, self.parameters, temporary=True)
        self._made.add(name)

    def _begin(self) -> None:
        """Leave nothing of another history behind, and say whose tables these are."""
        for name in RELATIONS:
            self._drop(name)
        self._made.clear()
        self.engine.create(MARK, OWNER, {"owner": self._number}, temporary=True)

    def _drop(self, name: str) -> None:
        if _is_view(name):
            self.engine.drop_view(PREFIX + name)
        else:
            self.engine.drop(PREFIX + name)

    def _is_mine(self) -> bool:
        return bool(self.engine.row(f"SELECT owner FROM {MARK}")["owner"] == self._number)  # noqa: S608
