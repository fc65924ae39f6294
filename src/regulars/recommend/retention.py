"""Valuable customers at risk, with what to show them: a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.engines.queries import load
from regulars.recommend.learned import ROOM

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Settings


def build_retention(engine: DuckDBEngine, settings: Settings) -> None:
    """Make ``retention_recommendations`` from ``recommendations``, ``features`` and ``segments``.

    Whoever has the most revenue at risk as predicted comes first; where nobody's is, customers of segments to be won
    back, by what they spent in the last 365 days.
    """
    n_customers = {"n_customers": settings.recommendations.retention_customers}
    engine.create("retention_shown", load(ROOM, "retention_shown"), temporary=True)
    query = "retention_predicted" if _is_predicted(engine) else "retention_segments"
    engine.create("retention_recommendations", load(ROOM, query), n_customers, temporary=True)
    engine.drop("retention_shown")


def _is_predicted(engine: DuckDBEngine) -> bool:
    if "predictions" not in engine.tables():
        return False
    known = engine.row("SELECT count(revenue_at_risk) AS n FROM predictions WHERE value_tier IS NOT NULL")
    return bool(known["n"])
