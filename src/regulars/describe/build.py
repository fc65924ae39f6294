"""History, features and segments → what happened, as tables for people and reports.

Counting is SQL, one relation per `.sql` file; statistics read from it what they need and put their rows beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.describe.baskets.build import build_baskets
from regulars.describe.computed import keep
from regulars.describe.correlations import FEATURES, correlations
from regulars.describe.facts import Fact, concentration_facts, count_facts, trend_facts
from regulars.describe.groups import COMPARISONS, MEASURES, group_differences
from regulars.describe.rhythm import CELLS, window_rows
from regulars.describe.tables import (
    CORRELATIONS,
    GROUP_DIFFERENCES,
    REVENUE_TREND,
    RHYTHM_WINDOWS,
    SHOP_FACTS,
)
from regulars.describe.trend import Trend, take_apart
from regulars.engines.duckdb import quoted
from regulars.engines.queries import load
from regulars.terms.money import NO_CURRENCY, Currency

if TYPE_CHECKING:
    import pyarrow

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings
    from regulars.warehouse.history import History

ROOM = "regulars.describe"
COUNTED = (
    "revenue_by_month", "cohorts", "geography", "concentration", "rhythm", "activation", "distributions",
)  # fmt: skip
NEEDED = ("orders", "returns", "customers", "purchase_days")
MOST_CUSTOMERS = 200_000
"""Correlations and tests read at most so many, drawn by a hash of the id: enough for intervals of half a hundredth."""


def describe(history: History, settings: Settings) -> None:
    """Make the temporary tables of `DESCRIBE_TABLES`.

    Time: the history, and the tables ``features`` and ``segments`` made of it; nothing at or after the cut-off.
    """
    engine = history.engine
    history.need(*NEEDED)
    for table in COUNTED:
        engine.create(table, load(ROOM, table), history.parameters, temporary=True)
    keep(
        engine, RHYTHM_WINDOWS, window_rows(engine.rows(CELLS, {"segment": "all"}), settings.rhythm.personas)
    )
    found = _trend(engine)
    buyers = _buyers(engine)
    keep(engine, CORRELATIONS, correlations(buyers))
    keep(engine, GROUP_DIFFERENCES, group_differences(buyers))
    currency = Currency(settings.shop.currency or NO_CURRENCY)
    _keep_facts(engine, found, build_baskets(history, settings.baskets, currency), currency)


def _trend(engine: DuckDBEngine) -> Trend:
    """Make ``revenue_trend`` of the complete months."""
    rows = engine.rows("SELECT month, revenue FROM revenue_by_month WHERE is_complete ORDER BY month")
    found = take_apart([row["month"] for row in rows], [row["revenue"] for row in rows])
    season = found.season or (None,) * len(found.months)
    parts = zip(found.months, found.revenue, found.trend, season, strict=True)
    keep(
        engine,
        REVENUE_TREND,
        [
            {"month": m, "revenue": r, "trend": t, "season": s, "remainder": r - t - (s or 0.0)}
            for m, r, t, s in parts
        ],
    )
    return found


def _buyers(engine: DuckDBEngine) -> pyarrow.Table:
    """Return the features that are compared, of customers who have ordered, in an order that is always the same."""
    wanted = dict.fromkeys([*FEATURES, *MEASURES, *(one.feature for one in COMPARISONS)])
    columns = ", ".join(quoted(name) for name in wanted)
    return engine.arrow(
        f"SELECT {columns} FROM features WHERE days_since_last_order IS NOT NULL "  # noqa: S608
        f"ORDER BY md5(customer_id), customer_id LIMIT {MOST_CUSTOMERS}"
    )


def _keep_facts(engine: DuckDBEngine, found: Trend, of_baskets: list[Fact], currency: Currency) -> None:
    counts = engine.row(load(ROOM, "counts"))
    top = {row["top_pct"]: row for row in engine.rows("SELECT * FROM concentration")}
    rows = [
        *count_facts(counts, currency),
        *concentration_facts(top, counts["n_buyers"], counts["gini"], currency),
        *trend_facts(found, currency),
        *of_baskets,
    ]
    keep(engine, SHOP_FACTS, rows)
