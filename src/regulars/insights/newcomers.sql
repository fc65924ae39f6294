-- grain: one row per customer whose first $horizon_days days are over
-- keys: customer_id
-- time: [first purchase day, first purchase day + $horizon_days), all before the cut-off
-- parameters: cutoff, horizon_days
-- needs: purchase_days, orders
WITH firsts AS (
    SELECT customer_id, min(purchase_day) AS first_day
    FROM history_purchase_days
    GROUP BY customer_id
)
SELECT
    firsts.customer_id,
    firsts.first_day,
    count(DISTINCT orders.order_day) > 1 AS came_back,
    CAST(sum(orders.revenue) AS DOUBLE) AS revenue
FROM firsts
INNER JOIN history_orders AS orders
    ON orders.customer_id = firsts.customer_id
    AND NOT orders.is_cancelled
    AND orders.order_day < firsts.first_day + CAST($horizon_days AS INTEGER)
WHERE firsts.first_day + CAST($horizon_days AS INTEGER) <= CAST(CAST($cutoff AS TIMESTAMP) AS DATE)
GROUP BY firsts.customer_id, firsts.first_day
ORDER BY firsts.customer_id
