-- grain: one row per row of an orders source
-- keys: row_number
-- time: ordered_at
-- Where money is told of whole orders alone, every row of an order has it, whether the source repeats it or tells it once.
SELECT * EXCLUDE (is_told_once) REPLACE (
    CASE WHEN is_told_once THEN max(order_total) OVER same_order ELSE order_total END AS order_total,
    CASE WHEN is_told_once THEN max(order_subtotal) OVER same_order ELSE order_subtotal END AS order_subtotal,
    CASE WHEN is_told_once THEN max(amount) OVER same_order ELSE amount END AS amount,
    CASE WHEN is_told_once THEN max(order_discount) OVER same_order ELSE order_discount END AS order_discount,
    CASE WHEN is_told_once THEN max(order_tax) OVER same_order ELSE order_tax END AS order_tax,
    CASE WHEN is_told_once THEN max(order_shipping) OVER same_order ELSE order_shipping END AS order_shipping
)
FROM (
    SELECT
        *,
        order_id IS NOT NULL AND coalesce(
            min(coalesce(order_subtotal, order_total, amount)) OVER same_order
            = max(coalesce(order_subtotal, order_total, amount)) OVER same_order, FALSE
        ) AS is_told_once
    FROM landing_filled
    WINDOW same_order AS (PARTITION BY order_id)
)
WINDOW same_order AS (PARTITION BY order_id)
