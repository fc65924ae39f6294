-- grain: one row per identified customer and day with at least one order that was not cancelled
-- keys: customer_id, purchase_day
-- time: ordered_at < $cutoff; gap_days is null on the first purchase day
-- needs: orders
WITH days AS (
    SELECT customer_id, order_day, count(*) AS n_orders, sum(revenue) AS revenue
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id, order_day
)
SELECT
    customer_id,
    order_day AS purchase_day,
    CAST(n_orders AS INTEGER) AS n_orders,
    CAST(revenue AS DECIMAL(18, 4)) AS revenue,
    CAST(
        date_diff('day', lag(order_day) OVER (PARTITION BY customer_id ORDER BY order_day), order_day) AS INTEGER
    ) AS gap_days
FROM days
