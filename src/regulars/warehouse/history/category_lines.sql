-- grain: one row per product line that counts as revenue, of an order of history_orders that was not taken back in full
-- keys: none; an order may hold the same line twice
-- time: ordered_at < $cutoff, in the version known then
-- parameters: cutoff, customer_id (null for everybody)
-- kept as: view, because it is as long as the lines and read few times
-- An order with such a line is a purchase. The lines themselves are read: orders and their categories are not much
-- shorter, and no faster to read. An empty category: the line does not tell.
SELECT
    lines.order_id,
    lines.customer_id,
    lines.ordered_at,
    coalesce(lines.category, '') AS category,
    lines.amount AS revenue
FROM fct_order_lines AS lines
WHERE lines.line_kind = 'product'
    AND lines.counts_as_revenue
    AND lines.ordered_at < CAST($cutoff AS TIMESTAMP)
    AND (lines.known_from IS NULL OR lines.known_from < CAST($cutoff AS TIMESTAMP))
    AND (lines.known_until IS NULL OR lines.known_until >= CAST($cutoff AS TIMESTAMP))
    AND (CAST($customer_id AS VARCHAR) IS NULL OR lines.customer_id = CAST($customer_id AS VARCHAR))
    -- neither side is ever null; as a join, the long side would be taken for the short one
    AND lines.order_id NOT IN (
        SELECT cancellations.order_id
        FROM fct_cancellations AS cancellations
        WHERE cancellations.cancelled_at < CAST($cutoff AS TIMESTAMP)
    )
