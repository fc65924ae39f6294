-- grain: one row per line of an order of history_orders
-- keys: none; an order may hold the same line twice
-- time: ordered_at < $cutoff, in the version known then
-- parameters: cutoff, customer_id (null for everybody)
-- needs: orders
SELECT
    lines.order_id,
    lines.customer_id,
    lines.ordered_at,
    lines.product_id,
    lines.description,
    lines.category,
    lines.line_kind,
    lines.counts_as_revenue,
    lines.quantity,
    lines.unit_price,
    lines.amount,
    lines.discount,
    lines.unit_cost,
    orders.is_cancelled
FROM fct_order_lines AS lines
INNER JOIN history_orders AS orders ON orders.order_id = lines.order_id
WHERE lines.ordered_at < CAST($cutoff AS TIMESTAMP)
    AND (lines.known_from IS NULL OR lines.known_from < CAST($cutoff AS TIMESTAMP))
    AND (lines.known_until IS NULL OR lines.known_until >= CAST($cutoff AS TIMESTAMP))
    AND (CAST($customer_id AS VARCHAR) IS NULL OR lines.customer_id = CAST($customer_id AS VARCHAR))
