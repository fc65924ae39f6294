-- grain: one row per row of an order items table
-- keys: row_number
-- time: ordered_at
-- Order lines whose order is in another table: landing_items has the lines, landing_headers the orders, one row each.
SELECT
    i.* EXCLUDE (order_id),
    i.order_id,
    h.customer_id, h.ordered_at, h.ordered_at_text, h.status, h.updated_at, h.updated_at_text, h.cancelled_at,
    h.cancelled_at_text, h.currency, h.country, h.channel, h.consent, h.email,
    h.order_discount, h.order_discount_text, h.order_discount_is_number,
    h.order_tax, h.order_tax_text, h.order_tax_is_number,
    h.order_shipping, h.order_shipping_text, h.order_shipping_is_number,
    h.order_refund, h.order_refund_text, h.order_refund_is_number,
    CAST(NULL AS DECIMAL(18, 4)) AS order_total, CAST(NULL AS VARCHAR) AS order_total_text, false AS order_total_is_number,
    CAST(NULL AS DECIMAL(18, 4)) AS order_subtotal, CAST(NULL AS VARCHAR) AS order_subtotal_text, false AS order_subtotal_is_number,
    h.order_id IS NULL AS order_missing
FROM landing_items AS i
LEFT JOIN landing_headers AS h ON h.order_id = i.order_id
