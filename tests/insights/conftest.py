"""Shops carried through to their findings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import load
from regulars.features.build import build_features
from regulars.insights.build import build_insights
from regulars.insights.movements import Previous
from regulars.segments.build import build_segments
from regulars.settings import Clusters, Settings, Shop
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build
from regulars.warehouse.history import History

POUNDS = Settings(shop=Shop(currency="GBP"), clusters=Clusters(rfm_k=2, behavior_k=2))
"""Nothing is said of clusters: one number of them is made where a run would try several."""
HORIZON_DAYS = 60


class Told:
    """What is said of a shop."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self.engine = engine
        self.findings = [
            {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
            for row in engine.rows("SELECT * FROM findings ORDER BY place")
        ]
        self.customers = engine.rows("SELECT * FROM finding_customers ORDER BY ALL")
        self.tests = {row["kind"]: row for row in engine.rows("SELECT * FROM finding_tests ORDER BY kind")}
        self.movements = engine.rows("SELECT * FROM movements ORDER BY ALL")

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in self.findings if row["kind"] == kind]

    def behind(self, finding: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in self.customers if row["finding_id"] == finding["finding_id"]]


def tell(
    engine: DuckDBEngine, cutoff: Cutoff, settings: Settings = POUNDS, previous: Previous | None = None
) -> Told:
    """Carry a built warehouse to its findings."""
    history = History(engine, cutoff)
    build_features(history, HORIZON_DAYS)
    build_segments(history, settings)
    history.need("orders", "returns")
    months = load("regulars.describe", "revenue_by_month")  # of all descriptions the only one that is read
    engine.create("revenue_by_month", months, history.parameters, temporary=True)
    build_insights(history, HORIZON_DAYS, settings, previous)
    return Told(engine)


def told_of(rows: list[dict[str, Any]], cutoff: Cutoff, settings: Settings = POUNDS, **landing: Any) -> Told:
    """Land rows, build them, and carry them to their findings."""
    engine = DuckDBEngine()
    land_rows(engine, rows, landing.pop("customers", ()), **landing)
    build(engine, settings)
    return tell(engine, cutoff, settings)
