"""What of a customer's revenue remains once the goods are paid: their own margin, drawn toward the shop's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regulars.engines.queries import load
from regulars.terms.phrases import percent

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine

Numbers = NDArray[np.float64]

LEAST_COSTED = 0.5
"""The cost of orders must be known for so much of the shop's revenue, or its margin would be that of a few products."""
AS_IF_TYPICAL = 3.0
"""Everybody begins as if so many orders of the shop's usual size had been seen at the shop's margin."""
LOWEST, HIGHEST = -1.0, 1.0


@dataclass(frozen=True)
class Costs:
    """Orders so far, one number per customer: revenue as placed, that of orders with a known cost, and that cost."""

    revenue: Numbers
    costed_revenue: Numbers
    cost: Numbers
    n_costed: Numbers

    @classmethod
    def of(cls, rows: pyarrow.Table, customer_ids: NDArray[np.object_]) -> Costs:
        """Put the rows of `costs.sql` into the order of customers; who has none has zeros."""
        place = {name: number for number, name in enumerate(rows["customer_id"].to_pylist())}
        places = np.array([place.get(name, -1) for name in customer_ids.tolist()], dtype=np.int64)
        return cls(*(np.append(rows[one.name].to_numpy(), 0.0)[places] for one in fields(cls)))

    def rows(self, chosen: NDArray[Any] | slice) -> Costs:
        return Costs(*(getattr(self, one.name)[chosen] for one in fields(self)))


def read_costs(engine: DuckDBEngine, customer_ids: NDArray[np.object_]) -> Costs | None:
    """Return what customers' orders brought and cost, in their order; None where no cost is known.

    Time: only what the history holds, so nothing at or after its cut-off.

    >>> from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
    >>> from regulars.warehouse.history import History
    >>> with six_customer_warehouse() as engine:
    ...     History(engine, SIX_CUSTOMERS_CUTOFF).need("orders")
    ...     read_costs(engine, np.array(["ann"], dtype=object)) is None
    True
    """
    if "history_orders" not in engine.tables():
        return None
    if not engine.rows("SELECT 1 AS one FROM history_orders WHERE cost IS NOT NULL LIMIT 1"):
        return None
    return Costs.of(engine.arrow(load("regulars.models", "costs")), customer_ids)


@dataclass(frozen=True)
class Margins:
    """The shop's contribution margin as a share of revenue, and how much revenue of it everybody begins with.

    >>> Margins(0.4, 90.0).of(Costs(*(np.array([one]) for one in (270.0, 270.0, 216.0, 9.0)))).tolist()
    [0.25]
    """

    shop: float
    as_if: float

    @classmethod
    def learned(cls, costs: Costs | None) -> Margins | None:
        """Learn from everybody at a cut-off; None where too little is known of costs."""
        if costs is None:
            return None
        costed = float(costs.costed_revenue.sum())
        if costed <= 0 or costed < LEAST_COSTED * float(costs.revenue.sum()):
            return None
        usual_order = costed / float(costs.n_costed.sum())
        margin = 1 - float(costs.cost.sum()) / costed
        return cls(min(max(margin, LOWEST), HIGHEST), AS_IF_TYPICAL * usual_order)

    def of(self, costs: Costs) -> Numbers:
        """Return each customer's margin, as a share of revenue."""
        own = np.maximum(costs.costed_revenue, 0.0)
        found = (own - costs.cost + self.as_if * self.shop) / (own + self.as_if)
        return np.clip(found, LOWEST, HIGHEST)

    @property
    def sentence(self) -> str:
        return f"Of revenue, {percent(self.shop)} remain once the goods are paid; each customer's own share is drawn toward that."

    def to_json(self) -> dict[str, Any]:
        return {"shop": self.shop, "as_if": self.as_if}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Margins:
        return cls(found["shop"], found["as_if"])
