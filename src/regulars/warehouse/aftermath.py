"""What happened next: events at or after a cut-off, for labels and for judging. Features never see it."""

from __future__ import annotations

from typing import Any

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import load
from regulars.terms.windows import Window

RELATIONS = ("orders", "order_lines", "returns")
PREFIX = "aftermath_"


class Aftermath:
    """Events in ``[start, end)``, as known at its end, in the temporary tables ``aftermath_<name>``.

    Time: ``start <= ordered_at < end``; consecutive windows share no event and lose none.

    Examples
    --------
    >>> from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
    >>> aftermath = Aftermath(six_customer_warehouse(), SIX_CUSTOMERS_CUTOFF.aftermath(30))
    >>> aftermath.need("orders")
    >>> aftermath.engine.rows("SELECT order_id FROM aftermath_orders ORDER BY order_id")
    [{'order_id': 'A4'}, {'order_id': 'E1'}]
    """

    def __init__(self, engine: DuckDBEngine, window: Window) -> None:
        self.engine = engine
        self.window = window

    @property
    def parameters(self) -> dict[str, Any]:
        return {"window_start": self.window.start, "window_end": self.window.end}

    def need(self, *names: str) -> None:
        """Make the temporary tables ``aftermath_<name>``, anew each time they are asked for."""
        for name in names:
            query = load("regulars.warehouse", f"aftermath/{name}")
            self.engine.create(PREFIX + name, query, self.parameters, temporary=True)
