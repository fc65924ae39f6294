-- grain: one row per order of history_orders and category in it
-- keys: order_id, category
-- time: ordered_at < $cutoff, in the version known then
-- parameters: cutoff
-- kept as: view, because it is nearly as long as the lines
-- needs: orders
-- An empty category: no line tells. Only product lines that count as revenue have a category here.
SELECT
    lines.order_id,
    min(orders.customer_id) AS customer_id,
    min(orders.ordered_at) AS ordered_at,
    coalesce(lines.category, '') AS category,
    CAST(sum(lines.amount) AS DECIMAL(18, 4)) AS revenue,
    bool_or(orders.is_cancelled) AS is_cancelled
FROM fct_order_lines AS lines
INNER JOIN history_orders AS orders ON orders.order_id = lines.order_id
WHERE lines.line_kind = 'product'
    AND lines.counts_as_revenue
    AND lines.ordered_at < CAST($cutoff AS TIMESTAMP)
    AND (lines.known_from IS NULL OR lines.known_from < CAST($cutoff AS TIMESTAMP))
    AND (lines.known_until IS NULL OR lines.known_until >= CAST($cutoff AS TIMESTAMP))
GROUP BY lines.order_id, coalesce(lines.category, '')
