-- grain: one row per row of an orders source that can be landed
-- keys: row_number
-- time: ordered_at
-- Money of the order, which many exports repeat on every line, stays on the first line of the order that tells it.
SELECT * REPLACE (
    CASE WHEN row_number = min(row_number) FILTER (WHERE order_discount IS NOT NULL) OVER same_order THEN order_discount END AS order_discount,
    CASE WHEN row_number = min(row_number) FILTER (WHERE order_tax IS NOT NULL) OVER same_order THEN order_tax END AS order_tax,
    CASE WHEN row_number = min(row_number) FILTER (WHERE order_shipping IS NOT NULL) OVER same_order THEN order_shipping END AS order_shipping,
    CASE WHEN row_number = min(row_number) FILTER (WHERE order_refund IS NOT NULL) OVER same_order THEN order_refund END AS order_refund
)
FROM landing_judged
WHERE bad IS NULL
WINDOW same_order AS (PARTITION BY coalesce(order_id, 'row ' || CAST(row_number AS VARCHAR)), section)
