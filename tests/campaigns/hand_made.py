"""Customers written by hand, with the features, segments and predictions that campaigns ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from regulars.campaigns.build import build_campaigns
from regulars.campaigns.memory import Memory
from regulars.engines.duckdb import DuckDBEngine, quoted
from regulars.features.tables import FEATURES
from regulars.models.tables import PREDICTIONS
from regulars.segments.tables import SEGMENTS
from regulars.settings import Settings
from regulars.terms.tables import TableSpec
from regulars.terms.windows import Cutoff, Horizon
from regulars.warehouse.history import History
from regulars.warehouse.tables import WAREHOUSE_TABLES

CUTOFF = Cutoff(datetime(2026, 3, 1))  # a Sunday
HORIZON = Horizon(60, "as tests like it")
Row = Mapping[str, Any]


def fill(engine: DuckDBEngine, spec: TableSpec, rows: Iterable[Row]) -> None:
    """Make a temporary table of a spec; columns that a row leaves out are null."""
    filled = [{column.name: row.get(column.name) for column in spec} for row in rows]
    columns = ", ".join(f"CAST({quoted(c.name)} AS {c.type}) AS {quoted(c.name)}" for c in spec)
    given = {name: pa.array([row[name] for row in filled]) for name in spec.column_names}
    with engine.registered("given", pa.table(given)):
        engine.execute(f"CREATE OR REPLACE TEMP TABLE {spec.name} AS SELECT {columns} FROM given")


def customer(number: int, **more: Any) -> dict[str, Any]:
    """Return a customer of the hand-made shop: valuable, overdue, and worth £10 if a tenth of them is won back."""
    return {
        "customer_id": f"c{number:04}", "n_orders": 6, "n_purchase_days": 6, "days_since_last_order": 120,
        "days_since_first_order": 500, "revenue_to_date": 900.0, "median_order_value": 100.0, "preferred_weekday": 3,
        "preferred_hour": 9, "gross_revenue_to_date": 900.0, "r_score": 2, "f_score": 4, "m_score": 5,
        "segment": "Can't lose", "lifecycle_stage": "slipping", "p_churn": 0.8, "revenue_at_risk": 110.0,
        "value_tier": ("top", "high", "middle", "low")[number % 4], "confidence_tier": "established",
        "signed_up_at": datetime(2024, 1, 1), **more,
    }  # fmt: skip


def made(
    customers: Iterable[Row],
    settings: Settings | None = None,
    memory: Memory | None = None,
    *,
    predictions: bool = True,
    recommendations: Iterable[Row] = (),
    lines: Iterable[Row] = (),
    orders: Iterable[Row] = (),
    features: TableSpec = FEATURES,
    own: Any = (),
) -> DuckDBEngine:
    """Return an engine with `campaigns` and `campaign_plans` of hand-made customers."""
    customers, engine = list(customers), DuckDBEngine()
    for spec in WAREHOUSE_TABLES:
        engine.create_empty(spec)
    if customers:
        known = [
            {name: row.get(name) for name in ("customer_id", "signed_up_at", "consent")} for row in customers
        ]
        schema = pa.schema(
            [("customer_id", pa.string()), ("signed_up_at", pa.timestamp("us")), ("consent", pa.bool_())]
        )
        engine.insert_arrow("dim_customers", pa.Table.from_pylist(known, schema=schema))
    if orders := list(orders):
        engine.insert_arrow("fct_orders", pa.Table.from_pylist(orders))
    fill(engine, features, customers)
    fill(engine, SEGMENTS, customers)
    if predictions:
        fill(engine, PREDICTIONS, customers)
    history = History(engine, CUTOFF)
    history.need("customers", "orders", "order_lines", "products")
    if lines := list(lines):
        engine.execute(
            "CREATE OR REPLACE TEMP TABLE history_order_lines (customer_id VARCHAR, product_id VARCHAR,"
            " ordered_at TIMESTAMP, line_kind VARCHAR, is_cancelled BOOLEAN)"
        )
        engine.insert_arrow("history_order_lines", pa.Table.from_pylist(lines))
    if recommendations := list(recommendations):
        engine.execute(
            "CREATE TEMP TABLE recommendations (customer_id VARCHAR, list VARCHAR, rank INTEGER, product_id VARCHAR)"
        )
        engine.insert_arrow("recommendations", pa.Table.from_pylist(recommendations))
    build_campaigns(history, HORIZON, settings or Settings(), memory, own)
    return engine


def arms(engine: DuckDBEngine, campaign: str | None = None) -> dict[str, str]:
    """Return the arm of every customer, of one campaign or of all."""
    rows = engine.rows("SELECT * FROM campaigns ORDER BY customer_id")
    return {row["customer_id"]: row["arm"] for row in rows if campaign in (None, row["campaign"])}


def plan(engine: DuckDBEngine, campaign: str) -> dict[str, Any]:
    return engine.row("SELECT * FROM campaign_plans WHERE campaign = $name", {"name": campaign})
