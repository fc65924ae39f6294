-- grain: one row per line of an order placed in the window, in the version known at its end
-- keys: none; an order may hold the same line twice
-- time: $window_start <= ordered_at < $window_end; cancelled means taken back in full before the end
-- parameters: window_start, window_end
SELECT
    lines.order_id,
    lines.customer_id,
    lines.ordered_at,
    lines.product_id,
    lines.line_kind,
    lines.quantity,
    lines.amount,
    cancellations.order_id IS NOT NULL AS is_cancelled
FROM fct_order_lines AS lines
LEFT JOIN fct_cancellations AS cancellations
    ON cancellations.order_id = lines.order_id
    AND cancellations.cancelled_at < CAST($window_end AS TIMESTAMP)
WHERE lines.ordered_at >= CAST($window_start AS TIMESTAMP)
    AND lines.ordered_at < CAST($window_end AS TIMESTAMP)
    AND (lines.known_from IS NULL OR lines.known_from < CAST($window_end AS TIMESTAMP))
    AND (lines.known_until IS NULL OR lines.known_until >= CAST($window_end AS TIMESTAMP))
