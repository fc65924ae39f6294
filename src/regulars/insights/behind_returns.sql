-- grain: one row per customer who gave a product back
-- keys: customer_id
-- time: returns before the cut-off of lines ordered in [$period_start, $period_end)
-- parameters: period_start, period_end, product_id
-- needs: orders, returns
SELECT
    refunds.customer_id,
    CAST(sum(refunds.amount) AS DECIMAL(18, 4)) AS money,
    CAST(NULL AS VARCHAR) AS reason
FROM history_returns AS refunds
INNER JOIN history_orders AS orders ON orders.order_id = refunds.order_id
WHERE refunds.counts_as_revenue
    AND NOT orders.is_cancelled
    AND refunds.customer_id IS NOT NULL
    AND refunds.product_id = $product_id
    AND orders.ordered_at >= CAST($period_start AS TIMESTAMP)
    AND orders.ordered_at < CAST($period_end AS TIMESTAMP)
GROUP BY refunds.customer_id
