-- grain: one row per customer who bought some products in a stretch of days
-- keys: customer_id
-- time: orders of [$period_start, $period_end), all before the cut-off
-- parameters: period_start, period_end, product_ids
-- needs: order_lines
SELECT customer_id, CAST(sum(amount) AS DECIMAL(18, 4)) AS money, CAST(NULL AS VARCHAR) AS reason
FROM history_order_lines
WHERE NOT is_cancelled
    AND counts_as_revenue
    AND customer_id IS NOT NULL
    AND ordered_at >= CAST($period_start AS TIMESTAMP)
    AND ordered_at < CAST($period_end AS TIMESTAMP)
    AND list_contains(CAST($product_ids AS VARCHAR[]), product_id)
GROUP BY customer_id
