"""Features written by hand, over a warehouse without orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.terms.windows import Cutoff
from regulars.warehouse.history import History
from regulars.warehouse.tables import WAREHOUSE_TABLES

COLUMNS = {
    "customer_id": pa.string(), "days_since_last_order": pa.int32(), "n_orders": pa.int32(),
    "revenue_to_date": pa.float64(), "revenue_last_365d": pa.float64(), "mean_order_value": pa.float64(),
    "median_days_between_orders": pa.float64(), "n_products": pa.int32(), "return_value": pa.float64(),
    "gross_revenue_to_date": pa.float64(), "days_since_first_order": pa.int32(), "active_span_days": pa.int32(),
    "T": pa.int32(), "frequency": pa.int32(), "mean_lines_per_order": pa.float64(), "weekend_share": pa.float64(),
    "repeat_product_share": pa.float64(),
}  # fmt: skip

HandMade = Callable[..., History]


@pytest.fixture(scope="session")
def hand_made() -> HandMade:
    """Return a function that makes a history whose features are the given rows; columns left out are null."""

    def history(
        rows: Iterable[Mapping[str, Any]],
        cutoff: datetime = datetime(2026, 3, 1),
        engine: DuckDBEngine | None = None,
        shop_gap_days: float | None = 30,
    ) -> History:
        engine = engine or DuckDBEngine()
        for spec in WAREHOUSE_TABLES:
            engine.create_empty(spec)
        filled = [{name: row.get(name) for name in COLUMNS} for row in rows]
        with engine.registered("given", pa.Table.from_pylist(filled, schema=pa.schema(COLUMNS))):
            engine.execute("CREATE OR REPLACE TEMP TABLE features AS SELECT * FROM given")
        engine.execute(
            "CREATE OR REPLACE TEMP TABLE shop_statistics AS SELECT $gap::DOUBLE AS median_days_between_orders",
            {"gap": shop_gap_days},
        )
        return History(engine, Cutoff(cutoff))

    return history
