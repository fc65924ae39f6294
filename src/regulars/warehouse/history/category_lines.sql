-- grain: one row per product line that counts as revenue, of an order of history_orders that was not taken back in full
-- keys: none; an order may hold the same line twice
-- time: ordered_at < the cut-off, in the version known then
-- kept as: view, because it is as long as the lines and read few times; the wall is history_cutoff
-- An order with such a line is a purchase. The lines themselves are read: orders and their categories are not much
-- shorter, and no faster to read. An empty category: the line does not tell.
SELECT
    lines.order_id,
    lines.customer_id,
    lines.ordered_at,
    coalesce(lines.category, '') AS category,
    lines.amount AS revenue
FROM fct_order_lines AS lines
CROSS JOIN history_cutoff AS wall
WHERE lines.line_kind = 'product'
    AND lines.counts_as_revenue
    AND lines.ordered_at < wall.cutoff
    AND (lines.known_from IS NULL OR lines.known_from < wall.cutoff)
    AND (lines.known_until IS NULL OR lines.known_until >= wall.cutoff)
    AND (wall.customer_id IS NULL OR lines.customer_id = wall.customer_id)
    -- neither side is ever null; as a join, the long side would be taken for the short one
    AND lines.order_id NOT IN (
        SELECT cancellations.order_id
        FROM fct_cancellations AS cancellations
        CROSS JOIN history_cutoff AS wall
        WHERE cancellations.cancelled_at < wall.cutoff
    )
