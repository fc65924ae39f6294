-- grain: one row per order of history_orders and category in it
-- keys: order_id, category
-- time: ordered_at < the cut-off, in the version known then
-- kept as: view, because it is nearly as long as the lines; the wall is history_cutoff
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
CROSS JOIN history_cutoff AS wall
INNER JOIN history_orders AS orders ON orders.order_id = lines.order_id
WHERE lines.line_kind = 'product'
    AND lines.counts_as_revenue
    AND lines.ordered_at < wall.cutoff
    AND (lines.known_from IS NULL OR lines.known_from < wall.cutoff)
    AND (lines.known_until IS NULL OR lines.known_until >= wall.cutoff)
GROUP BY lines.order_id, coalesce(lines.category, '')
