-- grain: one row per customer whose first purchase day lies in a stretch of days
-- keys: customer_id
-- time: orders of the first $horizon_days days of each, all before the cut-off
-- parameters: period_start, period_end, horizon_days
-- needs: purchase_days, orders
SELECT
    firsts.customer_id,
    CAST(sum(orders.revenue) AS DECIMAL(18, 4)) AS money,
    CASE WHEN count(DISTINCT orders.order_day) > 1 THEN 'came back' ELSE 'did not come back' END AS reason
FROM (
    SELECT customer_id, min(purchase_day) AS first_day FROM history_purchase_days GROUP BY customer_id
) AS firsts
INNER JOIN history_orders AS orders
    ON orders.customer_id = firsts.customer_id
    AND NOT orders.is_cancelled
    AND orders.order_day < firsts.first_day + CAST($horizon_days AS INTEGER)
WHERE firsts.first_day >= CAST($period_start AS DATE) AND firsts.first_day < CAST($period_end AS DATE)
GROUP BY firsts.customer_id
