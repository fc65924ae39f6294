-- grain: one row per order placed before the cut-off, identified or not
-- keys: order_id
-- time: ordered_at before the cut-off; returns known by then
-- needs: orders, order_lines, returns
WITH given_back AS (
    SELECT order_id, sum(amount) AS return_value
    FROM history_returns
    WHERE order_id IS NOT NULL AND counts_as_revenue
    GROUP BY order_id
),
products AS (
    SELECT order_id, count(DISTINCT product_id) AS n
    FROM history_order_lines
    WHERE line_kind = 'product'
    GROUP BY order_id
)
SELECT
    orders.customer_id,
    orders.order_id,
    orders.ordered_at,
    orders.revenue,
    coalesce(given_back.return_value, 0) AS return_value,
    orders.revenue - coalesce(given_back.return_value, 0) AS net_revenue,
    orders.charges,
    orders.discount,
    orders.cost,
    orders.n_lines,
    CAST(coalesce(products.n, 0) AS INTEGER) AS n_products,
    orders.n_units,
    orders.country,
    orders.channel,
    orders.is_cancelled
FROM history_orders AS orders
LEFT JOIN given_back ON given_back.order_id = orders.order_id
LEFT JOIN products ON products.order_id = orders.order_id
