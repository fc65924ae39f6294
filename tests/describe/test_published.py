"""Figures that are known of Online Retail II and Online Retail, from the definitions that give them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regulars.describe.correlations import correlation, interval
from regulars.describe.facts import rate_interval
from regulars.describe.rhythm import window_share
from regulars.engines.duckdb import DuckDBEngine

SOLD = """
    CREATE OR REPLACE TEMP TABLE sold AS
    SELECT "{customer}" AS customer_id, Invoice{no} AS order_id, ordered_at, Country AS country, Quantity * {price} AS amount
    FROM (
        SELECT *, {time} AS ordered_at
        FROM read_csv($file, encoding = $encoding, types = {{
            'Invoice{no}': 'VARCHAR', 'StockCode': 'VARCHAR', '{customer}': 'VARCHAR', 'Quantity': 'INTEGER',
            '{price}': 'DECIMAL(18,4)', 'InvoiceDate': 'VARCHAR'}})
    )
    WHERE Quantity > 0 AND {rule}
"""


@pytest.fixture(scope="module")
def wholesale(real_data: Path) -> DuckDBEngine:
    """Return B's sales: quantity and price above zero, both sheets stacked."""
    engine = DuckDBEngine()
    query = SOLD.format(
        customer="Customer ID", no="", price="Price", time="CAST(InvoiceDate AS TIMESTAMP)", rule="Price > 0"
    )
    engine.execute(query, {"file": str(real_data / "online_retail_II.csv.gz"), "encoding": "utf-8"})
    return engine


@pytest.mark.real_data
def test_a_window_is_told_by_its_joint_share(wholesale: DuckDBEngine) -> None:
    wholesale.execute(
        """
        CREATE OR REPLACE TEMP TABLE rhythm AS
        SELECT 'all' AS segment, isodow(ordered_at) AS weekday, hour(ordered_at) AS hour,
            count(DISTINCT order_id) AS n_orders, sum(amount) AS revenue
        FROM sold WHERE customer_id IS NOT NULL GROUP BY ALL
        """
    )
    found = window_share(wholesale, weekdays=(1, 4), hours=(10, 16))
    assert found.revenue_share == pytest.approx(0.557, abs=0.0005)
    assert found.weekday_revenue_share == pytest.approx(0.75, abs=0.01)
    assert found.hour_revenue_share == pytest.approx(0.75, abs=0.03)


@pytest.mark.real_data
def test_single_purchases_and_home_country(wholesale: DuckDBEngine) -> None:
    row = wholesale.row(
        """
        SELECT count(*) AS n, count(*) FILTER (n_orders = 1) AS n_one_time
        FROM (SELECT count(DISTINCT order_id) AS n_orders FROM sold WHERE customer_id IS NOT NULL GROUP BY customer_id)
        """
    )
    assert (row["n"], row["n_one_time"]) == (5878, 1623)
    low, high = rate_interval(row["n_one_time"], row["n"]) or (0, 0)
    assert low < 0.276 < high
    shares = wholesale.row(
        """
        SELECT sum(amount) FILTER (country = 'United Kingdom') / sum(amount) AS of_all,
            sum(amount) FILTER (country = 'United Kingdom' AND customer_id IS NOT NULL)
            / sum(amount) FILTER (customer_id IS NOT NULL) AS of_identified
        FROM sold
        """
    )
    assert float(shares["of_all"]) == pytest.approx(0.852, abs=0.0005)
    assert float(shares["of_identified"]) == pytest.approx(0.830, abs=0.0005)


@pytest.mark.real_data
def test_orders_and_spend_over_all_customers_and_over_the_biggest_twenty(real_data: Path) -> None:
    engine = DuckDBEngine()
    query = SOLD.format(
        customer="CustomerID", no="No", price="UnitPrice", rule="CustomerID IS NOT NULL",
        time="strptime(InvoiceDate, '%m/%d/%Y %H:%M')",
    )  # fmt: skip
    engine.execute(query, {"file": str(real_data / "online_retail_kaggle.csv.gz"), "encoding": "latin-1"})
    rows = engine.arrow(
        """
        SELECT CAST(count(DISTINCT order_id) AS DOUBLE) AS n_orders, CAST(sum(amount) AS DOUBLE) AS spent
        FROM sold GROUP BY customer_id ORDER BY spent DESC, customer_id
        """
    )
    orders, spent = (np.asarray(rows.column(name).to_numpy()) for name in ("n_orders", "spent"))
    n, of_all = correlation(orders, spent, "pearson")
    assert (n, of_all) == (4339, pytest.approx(0.554, abs=0.0005))
    _, of_twenty = correlation(orders[:20], spent[:20], "pearson")
    assert of_twenty == pytest.approx(0.189, abs=0.0005)
    low, high = interval(of_twenty, 20, "pearson")
    assert low is not None
    assert high is not None
    assert low < 0 < high  # twenty customers establish nothing
