-- grain: one row per line returned, cancelled or refunded in the window
-- keys: return_id, return_line
-- time: $window_start <= returned_at < $window_end
-- parameters: window_start, window_end
SELECT
    return_id,
    return_line,
    order_id,
    link,
    customer_id,
    returned_at,
    product_id,
    line_kind,
    counts_as_revenue,
    quantity,
    amount
FROM fct_returns
WHERE returned_at >= CAST($window_start AS TIMESTAMP)
    AND returned_at < CAST($window_end AS TIMESTAMP)
