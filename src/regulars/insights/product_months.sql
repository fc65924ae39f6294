-- grain: one row per product and month in which it was sold
-- keys: product_id, month
-- time: lines of [$period_start, $period_end), all before the cut-off, of orders that were not taken back
-- parameters: period_start, period_end
-- needs: order_lines
SELECT
    product_id,
    CAST(date_trunc('month', ordered_at) AS DATE) AS month,
    CAST(sum(amount) AS DECIMAL(18, 4)) AS revenue
FROM history_order_lines
WHERE NOT is_cancelled
    AND counts_as_revenue
    AND line_kind = 'product'
    AND product_id IS NOT NULL
    AND ordered_at >= CAST($period_start AS TIMESTAMP)
    AND ordered_at < CAST($period_end AS TIMESTAMP)
GROUP BY product_id, CAST(date_trunc('month', ordered_at) AS DATE)
ORDER BY product_id, month
