-- grain: one row per known version of an order and category in it
-- keys: order_id, version, category
-- time: ordered_at
SELECT
    order_id,
    version,
    min(customer_id) AS customer_id,
    min(ordered_at) AS ordered_at,
    coalesce(category, '') AS category,
    CAST(sum(amount) AS DECIMAL(18, 4)) AS revenue,
    min(known_from) AS known_from,
    min(known_until) AS known_until
FROM fct_order_lines
WHERE line_kind = 'product' AND counts_as_revenue
GROUP BY order_id, version, coalesce(category, '')
