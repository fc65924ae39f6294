-- grain: one row: what was ordered in a stretch of days, and its largest order
-- time: orders of [$period_start, $period_end), all before the cut-off
-- parameters: period_start, period_end
-- needs: orders
WITH placed AS (
    SELECT order_id, customer_id, revenue, row_number() OVER (ORDER BY revenue DESC, order_id) AS place
    FROM history_orders
    WHERE NOT is_cancelled
        AND order_day >= CAST($period_start AS DATE)
        AND order_day < CAST($period_end AS DATE)
)
SELECT
    count(*) AS n_orders,
    count(DISTINCT customer_id) AS n_customers,
    CAST(coalesce(sum(revenue), 0) AS DOUBLE) AS revenue,
    max(CASE WHEN place = 1 THEN order_id END) AS largest_order_id,
    CAST(max(CASE WHEN place = 1 THEN revenue END) AS DOUBLE) AS largest_revenue
FROM placed
