-- grain: one row per order of history_orders and category that its lines tell
-- keys: order_id, category
-- time: ordered_at < $cutoff, in the version known then
-- parameters: cutoff, customer_id (null for everybody)
-- kept as: view, because it is a third as long as the lines and read few times
-- Only product lines that count as revenue have a category here: an order with such a line is a purchase.
SELECT
    parts.order_id,
    orders.customer_id,
    orders.ordered_at,
    parts.category,
    parts.revenue,
    cancellations.order_id IS NOT NULL AS is_cancelled
FROM fct_order_categories AS parts
INNER JOIN fct_orders AS orders ON orders.order_id = parts.order_id AND orders.version = parts.version
LEFT JOIN fct_cancellations AS cancellations
    ON cancellations.order_id = orders.order_id
    AND cancellations.cancelled_at < CAST($cutoff AS TIMESTAMP)
WHERE orders.ordered_at < CAST($cutoff AS TIMESTAMP)
    AND (orders.known_from IS NULL OR orders.known_from < CAST($cutoff AS TIMESTAMP))
    AND (orders.known_until IS NULL OR orders.known_until >= CAST($cutoff AS TIMESTAMP))
    AND (CAST($customer_id AS VARCHAR) IS NULL OR orders.customer_id = CAST($customer_id AS VARCHAR))
