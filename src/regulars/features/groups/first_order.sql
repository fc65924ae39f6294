-- grain: one row per customer with an order before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff; the first order that was not cancelled, at one instant the first by order id
-- needs: orders
WITH firsts AS (
    SELECT customer_id, min(ordered_at) AS ordered_at
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id
),
first_orders AS (
    SELECT
        orders.customer_id,
        CAST(min(orders.ordered_at) AS DATE) AS order_day,
        min_by(orders.revenue, orders.order_id) AS revenue,
        min_by(orders.n_lines, orders.order_id) AS n_lines
    FROM history_orders AS orders
    INNER JOIN firsts
        ON firsts.customer_id = orders.customer_id
        AND firsts.ordered_at = orders.ordered_at
    WHERE NOT orders.is_cancelled
    GROUP BY orders.customer_id
)
SELECT
    customer_id,
    CAST(extract(MONTH FROM order_day) AS INTEGER) AS first_order_month,
    CAST(date_diff('day', DATE '1900-01-01', order_day) % 7 + 1 AS INTEGER) AS first_order_weekday,  -- a Monday
    CAST(revenue AS DOUBLE) AS first_order_value,
    CAST(n_lines AS INTEGER) AS first_order_lines
FROM first_orders
