-- grain: one row per customer who ordered in a stretch of days
-- keys: customer_id
-- time: orders of [$period_start, $period_end), all before the cut-off
-- parameters: period_start, period_end
-- needs: orders
SELECT customer_id, CAST(sum(revenue) AS DECIMAL(18, 4)) AS money, CAST(NULL AS VARCHAR) AS reason
FROM history_orders
WHERE NOT is_cancelled
    AND customer_id IS NOT NULL
    AND order_day >= CAST($period_start AS DATE)
    AND order_day < CAST($period_end AS DATE)
GROUP BY customer_id
