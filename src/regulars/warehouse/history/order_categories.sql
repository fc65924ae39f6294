-- grain: one row per order of history_orders and category in it
-- keys: order_id, category
-- time: ordered_at < $cutoff, in the version known then
-- parameters: cutoff, customer_id (null for everybody)
-- needs: orders
SELECT
    parts.order_id,
    parts.customer_id,
    parts.ordered_at,
    parts.category,
    parts.revenue,
    orders.is_cancelled
FROM fct_order_categories AS parts
INNER JOIN history_orders AS orders ON orders.order_id = parts.order_id
WHERE parts.ordered_at < CAST($cutoff AS TIMESTAMP)
    AND (parts.known_from IS NULL OR parts.known_from < CAST($cutoff AS TIMESTAMP))
    AND (parts.known_until IS NULL OR parts.known_until >= CAST($cutoff AS TIMESTAMP))
    AND (CAST($customer_id AS VARCHAR) IS NULL OR parts.customer_id = CAST($customer_id AS VARCHAR))
