"""Law 1 in a shop large enough for groups: nothing at or after the cut-off moves a group, a persona or a time to write."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.segments.build import build_segments
from regulars.segments.clusters.fitted import Clusters
from regulars.segments.tables import SEGMENT_TABLES
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.strategies import Shop
from regulars.warehouse.build import build
from regulars.warehouse.history import History

CUTOFF = Cutoff(datetime(2026, 6, 1))
PRODUCTS = ("TEA", "CUP", "POT", "TIN")


def orders(seed: int, first: datetime, n_days: int, n: int, prefix: str) -> list[dict[str, Any]]:
    draw = np.random.default_rng(seed)
    return [
        {
            "order_id": f"{prefix}{place}", "customer_id": f"c{int(draw.beta(1, 3) * 120)}",
            "ordered_at": first + timedelta(days=int(draw.integers(n_days)), hours=int(draw.integers(6, 22))),
            "product_id": PRODUCTS[int(draw.integers(4))], "quantity": Decimal(int(draw.integers(1, 9))),
            "unit_price": Decimal(int(draw.integers(1, 60))),
        }
        for place in range(n)
    ]  # fmt: skip


def seen(shop: Shop) -> tuple[dict[str, list[dict[str, Any]]], Clusters]:
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        history = History(engine, CUTOFF)
        build_features(history, 30)
        clusters = build_segments(history, Settings())
        return {
            spec.name: engine.rows(f"SELECT * FROM {spec.name} ORDER BY {', '.join(spec.key)}")
            for spec in SEGMENT_TABLES
        }, clusters


def test_later_orders_returns_and_customers_change_nothing() -> None:
    before = orders(1, datetime(2026, 1, 1), 150, 500, "A")
    later = orders(2, CUTOFF.at, 60, 300, "B")
    back = [
        {**row, "order_id": f"C{row['order_id']}", "quantity": -row["quantity"], "ordered_at": CUTOFF.at + timedelta(days=place)}
        for place, row in enumerate(before[:40])
    ]  # fmt: skip
    found, clusters = seen(Shop([*before, *later, *back]))
    assert set(clusters.groupings) == {"rfm", "behavior"}
    assert (found, clusters) == seen(Shop(before))


def test_one_customer_alone_is_in_the_groups_of_the_release() -> None:
    shop = Shop(orders(3, datetime(2026, 1, 1), 150, 500, "A"))
    with DuckDBEngine() as engine:
        shop.land(engine)
        build(engine, Settings())
        everybody = History(engine, CUTOFF)
        build_features(everybody, 30)
        clusters = build_segments(everybody, Settings())
        together = engine.rows("SELECT * FROM segments ORDER BY customer_id")
        statistics, boundaries = engine.arrow("FROM shop_statistics"), engine.arrow("FROM segment_boundaries")
        for row in together[:4]:
            history = History(engine, CUTOFF, row["customer_id"])
            build_features(history, 30, statistics=statistics)
            assert build_segments(history, Settings(), boundaries, clusters) is clusters
            assert engine.rows("SELECT * FROM segments") == [row]
