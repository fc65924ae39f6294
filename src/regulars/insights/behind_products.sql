-- grain: one row per customer who bought some products in a stretch of days
-- keys: customer_id
-- time: orders of [$period_start, $period_end), all before the cut-off
-- parameters: period_start, period_end, product_ids
-- needs: order_lines
SELECT lines.customer_id, CAST(sum(lines.amount) AS DECIMAL(18, 4)) AS money, CAST(NULL AS VARCHAR) AS reason
FROM history_order_lines AS lines
INNER JOIN (SELECT unnest(CAST($product_ids AS VARCHAR[])) AS product_id) AS wanted
    ON wanted.product_id = lines.product_id
WHERE NOT lines.is_cancelled
    AND lines.counts_as_revenue
    AND lines.customer_id IS NOT NULL
    AND lines.ordered_at >= CAST($period_start AS TIMESTAMP)
    AND lines.ordered_at < CAST($period_end AS TIMESTAMP)
GROUP BY lines.customer_id
