"""Everything that can be seen at a cut-off, as rows that can be compared: for walking along the wall."""

from __future__ import annotations

from typing import Any

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import Query
from regulars.features.build import build_features
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.strategies import Shop
from regulars.warehouse.build import build
from regulars.warehouse.history import RELATIONS, History

Snapshot = dict[str, list[dict[str, Any]]]
HORIZON_DAYS = 30


def built(shop: Shop) -> DuckDBEngine:
    """Return an engine that holds a shop: its raw rows, and the facts built from them."""
    engine = DuckDBEngine()
    shop.land(engine)
    build(engine, Settings())
    return engine


def seen(shop: Shop, cutoff: Cutoff, **others: str) -> Snapshot:
    """Return what a shop shows at a cut-off: every relation of the history, the features, and other queries by name."""
    with built(shop) as engine:
        history = History(engine, cutoff)
        history.need(*RELATIONS)
        build_features(history, HORIZON_DAYS)
        tables = [*(f"history_{name}" for name in RELATIONS), "features", "shop_statistics"]
        found = {table: engine.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in tables}  # noqa: S608
        for name, text in others.items():
            engine.create("other", Query(name, text, {}), history.parameters, temporary=True)
            found[name] = engine.rows("SELECT * FROM other ORDER BY ALL")
        return found


def differing(one: Snapshot, other: Snapshot) -> list[str]:
    """Return the names of tables that are not the same in two snapshots."""
    return sorted(name for name in one if one[name] != other[name])
