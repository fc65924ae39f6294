"""The shop's days: how many customers bought on each and what they brought. The season is read from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regulars.engines.queries import load

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class ShopDays:
    """One number per day from the first day with a purchase to the last, days without any among them.

    ``first_day`` counts days since 1970-01-01.
    """

    first_day: int
    n_customers: Numbers
    revenue: Numbers

    def __len__(self) -> int:
        return len(self.n_customers)

    @classmethod
    def of(cls, days: Numbers, n_customers: Numbers, revenue: Numbers) -> ShopDays | None:
        """Fill the days between; None without any purchase."""
        if not len(days):
            return None
        places = days.astype(np.int64) - int(days.min())
        counts, money = np.zeros(places.max() + 1), np.zeros(places.max() + 1)
        np.add.at(counts, places, n_customers)
        np.add.at(money, places, revenue)
        return cls(int(days.min()), counts, money)


def read_shop_days(engine: DuckDBEngine) -> ShopDays | None:
    """Return the days of the history that an engine holds; None when there is none, or nobody bought.

    Time: only what the history holds, so nothing at or after its cut-off.

    >>> from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, six_customer_warehouse
    >>> from regulars.warehouse.history import History
    >>> with six_customer_warehouse() as engine:
    ...     History(engine, SIX_CUSTOMERS_CUTOFF).need("purchase_days")
    ...     days = read_shop_days(engine)
    >>> len(days), float(days.n_customers.sum())
    (55, 8.0)
    """
    if "history_purchase_days" not in engine.tables():
        return None
    rows = engine.arrow(load("regulars.models", "shop_days"))
    days = rows["day"].to_numpy().astype("datetime64[D]").astype(np.float64)
    return ShopDays.of(days, rows["n_customers"].to_numpy().astype(np.float64), rows["revenue"].to_numpy())
