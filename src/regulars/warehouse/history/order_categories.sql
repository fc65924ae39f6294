-- grain: one row per order of history_orders and category in it
-- keys: order_id, category
-- time: ordered_at < $cutoff, in the version known then
-- parameters: cutoff, customer_id (null for everybody)
-- Only lines that count as revenue have a category here, so that every order in it is a purchase.
SELECT
    parts.order_id,
    parts.customer_id,
    parts.ordered_at,
    parts.category,
    parts.revenue,
    cancellations.order_id IS NOT NULL AS is_cancelled
FROM fct_order_categories AS parts
LEFT JOIN fct_cancellations AS cancellations
    ON cancellations.order_id = parts.order_id
    AND cancellations.cancelled_at < CAST($cutoff AS TIMESTAMP)
WHERE parts.ordered_at < CAST($cutoff AS TIMESTAMP)
    AND (parts.known_from IS NULL OR parts.known_from < CAST($cutoff AS TIMESTAMP))
    AND (parts.known_until IS NULL OR parts.known_until >= CAST($cutoff AS TIMESTAMP))
    AND (CAST($customer_id AS VARCHAR) IS NULL OR parts.customer_id = CAST($customer_id AS VARCHAR))
