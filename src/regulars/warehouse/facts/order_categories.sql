-- grain: one row per known version of an order and category that its lines tell
-- keys: order_id, version, category
-- time: none; fct_orders says when. Only product lines that count as revenue have a category here
SELECT
    order_id,
    version,
    category,
    CAST(sum(amount) AS DECIMAL(18, 4)) AS revenue
FROM fct_order_lines
WHERE category IS NOT NULL AND line_kind = 'product' AND counts_as_revenue
GROUP BY order_id, version, category
