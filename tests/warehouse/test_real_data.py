"""UCI Online Retail II and Online Retail, to the row and to the penny."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.ingest.tables import RAW_TABLES
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.warehouse.audits import audit, audit_rows
from regulars.warehouse.build import build
from regulars.warehouse.clock import default_cutoff, default_horizon
from regulars.warehouse.data_audit import DataAudit

pytestmark = pytest.mark.real_data
POUNDS = Settings(shop={"currency": "GBP"})  # type: ignore[arg-type]

LAND = """
INSERT INTO raw_order_lines BY NAME
WITH numbered AS (
    SELECT *, row_number() OVER () AS row_number
    FROM read_csv($path, all_varchar = TRUE, encoding = $encoding)
),
typed AS (
    SELECT *, {instant} AS ordered_at FROM numbered
),
jumps AS (
    SELECT *, lag(ordered_at) OVER (ORDER BY row_number) - ordered_at > INTERVAL 1 DAY AS is_jump FROM typed
)
SELECT
    1 AS load_id,
    row_number,
    CAST(1 + sum(CASE WHEN is_jump THEN 1 ELSE 0 END) OVER (ORDER BY row_number) AS INTEGER) AS section,
    {order_id} AS order_id,
    {customer_id} AS customer_id,
    ordered_at,
    StockCode AS product_id,
    Description AS description,
    CAST(Quantity AS DECIMAL(18, 4)) AS quantity,
    CAST({price} AS DECIMAL(18, 4)) AS unit_price,
    Country AS country
FROM jumps
"""


def landed(path: Path, encoding: str = "utf-8", **columns: str) -> DuckDBEngine:
    engine = DuckDBEngine()
    for spec in RAW_TABLES:
        engine.create_empty(spec)
    engine.execute(LAND.format(**columns), {"path": str(path), "encoding": encoding})
    engine.execute(
        "INSERT INTO raw_loads SELECT 1, 1, $source, 'orders', '1', TIMESTAMP '2026-11-20', count(*), 0, TRUE, '{}' "
        "FROM raw_order_lines",
        {"source": path.name},
    )
    return engine


@pytest.fixture(scope="module")
def two_years(real_data: Path) -> Iterator[DuckDBEngine]:
    engine = landed(
        real_data / "online_retail_II.csv.gz",
        instant="CAST(InvoiceDate AS TIMESTAMP)",
        order_id="Invoice",
        customer_id='"Customer ID"',
        price="Price",
    )
    build(engine, POUNDS)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def two_years_audit(two_years: DuckDBEngine) -> DataAudit:
    return audit(two_years, POUNDS)


def test_the_nine_days_told_twice_are_counted_once(two_years: DuckDBEngine) -> None:
    overlap = two_years.row(
        "SELECT count(*) AS n, min(CAST(ordered_at AS DATE)) AS first, max(CAST(ordered_at AS DATE)) AS last "
        "FROM set_aside WHERE reason = 'overlap'"
    )
    assert overlap["n"] == 22_523
    assert (str(overlap["first"]), str(overlap["last"])) == ("2010-12-01", "2010-12-09")
    kept = two_years.row(
        "SELECT sum(n) AS n, sum(amount) AS amount FROM ("
        "SELECT count(*) AS n, sum(amount) AS amount FROM fct_order_lines UNION ALL "
        "SELECT count(*), -sum(amount) FROM fct_returns UNION ALL "
        "SELECT count(*), sum(amount) FROM set_aside WHERE reason <> 'overlap')"
    )
    assert kept == {"n": 1_044_848, "amount": Decimal("18909762.118")}


def test_identified_sales_with_the_overlap_once(two_years: DuckDBEngine) -> None:
    """Customer, quantity and price present and positive, whatever the line is: £17,431,551.18 of 5,878 customers."""
    found = two_years.row(
        "SELECT count(*) AS n, sum(quantity * unit_price) AS amount, count(DISTINCT customer_id) AS customers FROM ("
        "SELECT customer_id, quantity, unit_price FROM fct_order_lines UNION ALL "
        "SELECT replace(customer_id, '.0', ''), quantity, unit_price FROM set_aside WHERE reason = 'adjustment') "
        "WHERE customer_id IS NOT NULL AND quantity > 0 AND unit_price > 0"
    )
    assert (found["n"], found["customers"]) == (791_045, 5_878)
    assert round(found["amount"], 2) == Decimal("17431551.18")


def test_the_big_order_taken_back_sixteen_minutes_later(two_years: DuckDBEngine) -> None:
    found = two_years.rows(
        "SELECT c.order_id, c.cancelled_at, o.ordered_at, o.revenue, o.n_units FROM fct_cancellations AS c "
        "INNER JOIN fct_orders AS o ON o.order_id = c.order_id WHERE o.customer_id = '12346'"
    )
    assert found == [
        {
            "order_id": "541431",
            "cancelled_at": datetime(2011, 1, 18, 10, 17),
            "ordered_at": datetime(2011, 1, 18, 10, 1),
            "revenue": Decimal("77183.60"),
            "n_units": Decimal(74_215),
        }
    ]


def test_the_audit_says_unprompted_what_is_wrong(two_years_audit: DataAudit) -> None:
    overlap = two_years_audit["repeated_loads"]
    assert (overlap.severity, overlap.n_rows, overlap.money) == ("warning", 22_523, Decimal("377488.45"))
    assert overlap.sentence == (
        "22,523 rows from 2010-12-01 to 2010-12-09 told a second time by another file, sheet or section, and counted "
        "once; counting them twice would add £377,488"
    )
    assert "order 541431 of customer 12346, after 16 minutes (£77,184)" in (
        two_years_audit["cancelled_within_an_hour"].sentence
    )
    assert two_years_audit["duplicate_lines"].n_rows == 11_812
    assert two_years_audit["missing_descriptions"].n_rows == 4_382
    assert two_years_audit["unreadable_rows"].severity == "good"


def test_rows_and_money_in_are_kept_and_set_aside(two_years_audit: DataAudit) -> None:
    assert two_years_audit.rows_in == 1_067_371
    assert two_years_audit.money_in == Decimal("19287250.568")
    assert two_years_audit.rows_in == two_years_audit.rows_kept + two_years_audit.rows_set_aside
    assert two_years_audit.money_in == two_years_audit.money_kept + two_years_audit.money_set_aside


def test_rows_behind_an_answer_can_be_looked_at(two_years: DuckDBEngine) -> None:
    shown = audit_rows(two_years, "cancelled_within_an_hour", POUNDS, limit=2).to_pylist()
    assert [row["order_id"] for row in shown] == ["581483", "541431"]
    assert len(audit_rows(two_years, "repeated_loads", POUNDS, limit=None)) == 22_523


def test_clock(two_years: DuckDBEngine) -> None:
    assert default_cutoff(two_years) == Cutoff(datetime(2011, 12, 10))
    assert default_horizon(two_years, default_cutoff(two_years)).days == 90


@pytest.fixture(scope="module")
def one_year(real_data: Path) -> Iterator[DuckDBEngine]:
    engine = landed(
        real_data / "online_retail_kaggle.csv.gz",
        encoding="latin-1",
        instant="strptime(InvoiceDate, '%m/%d/%Y %H:%M')",
        order_id="InvoiceNo",
        customer_id="CustomerID",
        price="UnitPrice",
    )
    build(engine, POUNDS)
    yield engine
    engine.close()


def test_one_year_keeps_every_row_and_penny(one_year: DuckDBEngine) -> None:
    found = audit(one_year, POUNDS)
    assert (found.rows_in, found.money_in) == (541_909, Decimal("9747747.934"))
    assert found["repeated_loads"].n_rows == 0
    assert found["duplicate_lines"].n_rows == 5_268
    assert one_year.row(
        "SELECT count(*) AS n, sum(amount) AS amount FROM set_aside WHERE amount < -11000"
    ) == {
        "n": 2,
        "amount": Decimal("-22124.12"),
    }


def test_one_year_untracked_by_month(one_year: DuckDBEngine) -> None:
    """Published: quantity > 0 gives £10,644,560.42, of which £1,733,152.52 have no customer id."""
    sold = (
        "SELECT customer_id, ordered_at, quantity * unit_price AS amount FROM fct_order_lines WHERE quantity > 0 UNION ALL "
        "SELECT customer_id, ordered_at, quantity * unit_price FROM set_aside WHERE quantity > 0"
    )
    # what adjusts the books was set aside here and belongs to the published figure
    assert one_year.row(
        f"SELECT sum(amount) AS total, sum(amount) FILTER (WHERE customer_id IS NULL) AS untracked FROM ({sold})"
    ) == {"total": Decimal("10644560.424"), "untracked": Decimal("1733152.52")}
