-- grain: one row per order of history_orders and category in it
-- keys: order_id, category
-- time: ordered_at < the cut-off, in the version known then
-- kept as: view, because it is nearly as long as the lines and read few times; the wall is history_cutoff
-- Only lines that count as revenue have a category here, so that every order in it is a purchase.
SELECT
    parts.order_id,
    parts.customer_id,
    parts.ordered_at,
    parts.category,
    parts.revenue,
    cancelled.order_id IS NOT NULL AS is_cancelled
FROM fct_order_categories AS parts
CROSS JOIN history_cutoff AS wall
LEFT JOIN (
    SELECT cancellations.order_id
    FROM fct_cancellations AS cancellations
    CROSS JOIN history_cutoff AS wall
    WHERE cancellations.cancelled_at < wall.cutoff
) AS cancelled ON cancelled.order_id = parts.order_id
WHERE parts.ordered_at < wall.cutoff
    AND (parts.known_from IS NULL OR parts.known_from < wall.cutoff)
    AND (parts.known_until IS NULL OR parts.known_until >= wall.cutoff)
    AND (wall.customer_id IS NULL OR parts.customer_id = wall.customer_id)
