-- grain: one row per order of history_orders and category in it
-- keys: order_id, category
-- time: ordered_at < the cut-off, in the version known then
-- kept as: view, because it is nearly as long as the lines; the wall is history_cutoff
-- needs: category_lines
-- An empty category: no line tells. Only lines that count as revenue have a category here.
SELECT
    order_id,
    min(customer_id) AS customer_id,
    min(ordered_at) AS ordered_at,
    category,
    CAST(sum(revenue) AS DECIMAL(18, 4)) AS revenue,
    bool_or(is_cancelled) AS is_cancelled
FROM history_category_lines
GROUP BY order_id, category
