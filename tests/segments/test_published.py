"""The published scheme gives the published segment counts of Online Retail II, exactly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.segments.build import build_segments
from regulars.settings import Segmentation, Settings
from regulars.warehouse.history import History

PUBLISHED = {
    "Champions": 471, "Loyal": 979, "Potential Loyalists": 1280, "Recent": 2, "Promising": 9, "Need Attention": 104,
    "About To Sleep": 606, "Can't Lose": 227, "At Risk": 502, "Hibernating": 901, "Lost": 797,
}  # fmt: skip


@pytest.fixture(scope="module")
def published(real_data: Path, hand_made: Callable[..., History]) -> History:
    """Return features as that analysis had them: recency to the last instant plus a day, in whole days."""
    engine = DuckDBEngine()
    engine.execute(
        """
        CREATE TEMP TABLE sold AS
        SELECT CAST(CAST("Customer ID" AS DOUBLE) AS INTEGER)::VARCHAR AS customer_id, Invoice AS order_id,
            InvoiceDate AS ordered_at, Quantity * Price AS amount
        FROM read_csv($file, types = {
            'Invoice': 'VARCHAR', 'StockCode': 'VARCHAR', 'Customer ID': 'VARCHAR', 'Quantity': 'INTEGER',
            'Price': 'DECIMAL(18,4)', 'InvoiceDate': 'TIMESTAMP'})
        WHERE "Customer ID" IS NOT NULL AND Quantity > 0 AND Price > 0
        """,
        {"file": str(real_data / "online_retail_II.csv.gz")},
    )
    features = engine.arrow(
        """
        SELECT customer_id,
            date_sub('day', max(ordered_at), (SELECT max(ordered_at) + INTERVAL 1 DAY FROM sold))
                AS days_since_last_order,
            count(DISTINCT order_id) AS n_orders, CAST(sum(amount) AS DOUBLE) AS revenue_to_date
        FROM sold GROUP BY customer_id
        """
    )
    return hand_made(features.to_pylist(), datetime(2011, 12, 10), engine)


@pytest.mark.real_data
def test_published_segment_counts_come_out_exactly(published: History) -> None:
    settings = Settings(segmentation=Segmentation(scheme="published", ties="by_customer_id"))
    build_segments(published, settings)
    counts = {
        row["segment"]: row["n_customers"]
        for row in published.engine.rows("SELECT * FROM segment_profiles WHERE segmentation = 'segment'")
        if row["n_customers"]
    }
    assert counts == PUBLISHED
    left_over = published.engine.row(
        "SELECT count(*) AS n FROM segments WHERE segment = 'Lost' AND r_score = 3"
    )
    assert left_over["n"] == 524
