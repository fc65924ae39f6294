"""A run's tables, made by hand: facts of n customers, features, segments and a list per customer.

Customer i of n has i % 4 orders, three days apart; the first order of every seventh customer was taken back in full.
Customers 0, 4, 8 … signed up and never bought.
"""

from __future__ import annotations

from datetime import datetime

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import Query
from regulars.ingest.tables import RAW_TABLES
from regulars.terms.tables import Column, TableSpec
from regulars.terms.windows import Cutoff, Horizon
from regulars.warehouse.tables import WAREHOUSE_TABLES

CUTOFF = Cutoff(datetime(2026, 3, 1))
HORIZON = Horizon(60, "within 60 days 80 % of gaps have closed")

FEATURES = TableSpec(
    name="features",
    grain="one row per customer and cut-off",
    key=("customer_id", "cutoff"),
    time_column="cutoff",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("cutoff", "TIMESTAMP", "What may be seen ends before it."),
        Column("n_orders", "DOUBLE", "Orders.", "orders"),
        Column("gross_revenue_to_date", "DOUBLE", "Before returns.", "currency"),
        Column("return_value", "DOUBLE", "Given back.", "currency"),
        Column("revenue_to_date", "DOUBLE", "After returns.", "currency"),
        Column("days_since_last_order", "DOUBLE", "Days.", "days", "never bought"),
    ),
)
SEGMENTS = TableSpec(
    name="segments",
    grain="one row per customer",
    key=("customer_id",),
    timeless_because="as of the release's cut-off",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("r_score", "TINYINT", "1 to 5.", null_means="never bought"),
        Column("f_score", "TINYINT", "1 to 5.", null_means="never bought"),
        Column("m_score", "TINYINT", "1 to 5.", null_means="never bought"),
        Column("segment", "VARCHAR", "Its name."),
        Column("lifecycle_stage", "VARCHAR", "Its stage."),
    ),
)
SEGMENT_PROFILES = TableSpec(
    name="segment_profiles",
    grain="one row per segmentation and segment",
    key=("segmentation", "segment"),
    timeless_because="as of the release's cut-off",
    columns=(
        Column("segmentation", "VARCHAR", "Which."),
        Column("segment", "VARCHAR", "Its name."),
        Column("action", "VARCHAR", "What to do."),
        Column("n_customers", "BIGINT", "Customers.", "customers"),
    ),
)
REASONS = TableSpec(
    name="reasons",
    grain="one row per customer, target and rank",
    key=("customer_id", "target", "rank"),
    timeless_because="as of the release's cut-off",
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("target", "VARCHAR", "What for."),
        Column("rank", "INTEGER", "From 1."),
        Column("sentence", "VARCHAR", "In words."),
    ),
)
TABLES = (FEATURES, SEGMENTS, SEGMENT_PROFILES, REASONS)

FACTS = {
    "dim_customers": """
        SELECT 'c' || i AS customer_id, TIMESTAMP '2025-12-01' AS signed_up_at, 'Name ' || i AS name,
            'c' || i || '@shop.test' AS email, i % 3 > 0 AS consent, '{"tier": "gold"}' AS attributes
        FROM range($n) t(i)""",
    "fct_orders": """
        SELECT 'o' || i || '-' || k AS order_id, 1 AS version, 'c' || i AS customer_id,
            TIMESTAMP '2026-01-01 10:00:00' + to_days(CAST(3 * k + i % 5 AS INTEGER)) AS ordered_at,
            TRUE AS has_hour, TRUE AS is_purchase, 10.25 + i AS revenue, 0 AS charges, 2 AS n_lines,
            3 AS n_units, 0 AS sum_unit_price, 0 AS n_repeat_lines, 'France' AS country
        FROM range($n) t(i), range(3) s(k) WHERE k < i % 4""",
    "fct_order_lines": """
        SELECT order_id, 1 AS version, customer_id, ordered_at, 'p' || (j % 2) AS product_id, '=Tea' AS description,
            'product' AS line_kind, TRUE AS counts_as_revenue, 1 AS quantity, 1 AS unit_price,
            CASE j WHEN 0 THEN revenue - 5 ELSE 5 END AS amount, 1 AS load_id, 1 AS row_number
        FROM fct_orders, range(2) t(j) WHERE $n > 0""",
    "fct_cancellations": """
        SELECT order_id, ordered_at + INTERVAL 16 MINUTE AS cancelled_at, 'returns' AS cancelled_by
        FROM fct_orders WHERE order_id LIKE '%-0' AND CAST(substr(customer_id, 2) AS INTEGER) % 7 = 0 AND $n > 0""",
    "fct_returns": """
        SELECT 'R' || order_id AS return_id, 1 AS return_line, order_id, 'exact' AS link, customer_id,
            ordered_at + INTERVAL 16 MINUTE AS returned_at, 'p0' AS product_id, 'product' AS line_kind,
            TRUE AS counts_as_revenue, 1 AS quantity, revenue AS amount, 1 AS load_id, 1 AS row_number, TRUE AS is_row
        FROM fct_orders SEMI JOIN fct_cancellations USING (order_id) WHERE $n > 0""",
    "audits": "SELECT 'overlap' AS audit, 'note' AS severity, $n AS n_rows, 12.5 AS money, 's' AS sentence, 'h' AS hint",
    "set_aside": "SELECT 'orders.csv' AS source, i AS row_number, 'overlap' AS reason, 'd' AS detail FROM range($n) t(i)",
    "raw_loads": """
        SELECT 1 AS load_id, 1 AS batch_id, 'orders.csv' AS source, 'orders' AS shape, 'abc' AS fingerprint,
            TIMESTAMP '2026-03-01' AS loaded_at, $n AS n_rows, 0 AS n_rejected, TRUE AS has_hours, '{}' AS mapping""",
}
RESULTS = {
    "features": """
        SELECT 'c' || i AS customer_id, TIMESTAMP '2026-03-01' AS cutoff,
            CAST(coalesce(n, 0) AS DOUBLE) AS n_orders, CAST(coalesce(gross, 0) AS DOUBLE) AS gross_revenue_to_date,
            CAST(coalesce(back, 0) AS DOUBLE) AS return_value, CAST(coalesce(gross, 0) - coalesce(back, 0) AS DOUBLE) AS revenue_to_date,
            CAST(1 AS DOUBLE) / nullif(i % 4, 0) AS days_since_last_order
        FROM range($n) t(i)
        LEFT JOIN (SELECT customer_id, count(*) FILTER (WHERE cancelled_at IS NULL) AS n, sum(revenue) AS gross,
                sum(revenue) FILTER (WHERE cancelled_at IS NOT NULL) AS back
            FROM fct_orders LEFT JOIN fct_cancellations USING (order_id) GROUP BY customer_id) AS sums
            ON sums.customer_id = 'c' || i""",
    "segments": """
        SELECT 'c' || i AS customer_id, nullif(i % 4, 0) AS r_score, nullif(i % 4, 0) AS f_score,
            nullif(i % 4, 0) AS m_score, CASE i % 4 WHEN 0 THEN 'Never bought' WHEN 1 THEN 'Can''t lose / them'
            ELSE 'Champions' END AS segment, 'active' AS lifecycle_stage
        FROM range($n) t(i)""",
    "segment_profiles": """
        SELECT 'segment' AS segmentation, unnest(['Never bought', 'Can''t lose / them', 'Champions', 'Lost']) AS segment,
            'Write to them' AS action, $n AS n_customers""",
    "reasons": """
        SELECT 'c' || i AS customer_id, 'churn' AS target, k + 1 AS rank, 'reason ' || k AS sentence
        FROM range($n) t(i), range(2) s(k) WHERE i % 2 = 0""",
}


def fill(engine: DuckDBEngine, n: int = 40) -> None:
    """Make the facts and the results of a run over n customers, the results in no order."""
    for spec in (*RAW_TABLES, *WAREHOUSE_TABLES):
        engine.create_empty(spec, replace=True)
    for table, text in FACTS.items():
        engine.insert(table, Query.parse(table, text), {"n": n})
    for table, text in RESULTS.items():
        shuffled = f"SELECT * FROM ({text}) AS made ORDER BY hash(made::VARCHAR)"
        engine.create(table, Query.parse(table, shuffled), {"n": n}, temporary=True)
