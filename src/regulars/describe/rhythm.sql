-- grain: one row per segment (and "all"), weekday and hour in which somebody ordered
-- keys: segment, weekday, hour
-- time: orders before $cutoff that were not taken back, on the shop's clock
-- needs: orders
-- "all" holds orders without a customer too; the hour is null where the source has dates only.
WITH placed AS (
    SELECT
        orders.customer_id,
        CAST(isodow(orders.ordered_at) AS INTEGER) AS weekday,
        CASE WHEN orders.has_hour THEN CAST(hour(orders.ordered_at) AS INTEGER) END AS hour,
        orders.revenue,
        segments.segment
    FROM history_orders AS orders
    LEFT JOIN segments ON segments.customer_id = orders.customer_id
    WHERE NOT orders.is_cancelled
),
grouped AS (
    SELECT 'all' AS segment, weekday, hour, customer_id, revenue FROM placed
    UNION ALL
    SELECT segment, weekday, hour, customer_id, revenue FROM placed WHERE segment IS NOT NULL
),
cells AS (
    SELECT
        segment,
        weekday,
        hour,
        count(*) AS n_orders,
        count(DISTINCT customer_id) AS n_customers,
        sum(revenue) AS revenue
    FROM grouped
    GROUP BY segment, weekday, hour
)
SELECT
    segment,
    weekday,
    hour,
    n_orders,
    n_customers,
    CAST(revenue AS DECIMAL(18, 4)) AS revenue,
    CAST(n_orders AS DOUBLE) / CAST(sum(n_orders) OVER (PARTITION BY segment) AS DOUBLE) AS order_share,
    CAST(revenue AS DOUBLE)
    / nullif(CAST(sum(revenue) OVER (PARTITION BY segment) AS DOUBLE), 0) AS revenue_share
FROM cells
ORDER BY segment, weekday, hour NULLS FIRST
