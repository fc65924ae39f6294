-- grain: one row per order placed before the cut-off, identified or not
-- keys: order_id
-- time: ordered_at before the cut-off; returns known by then
-- needs: orders, returns
WITH given_back AS (
    SELECT order_id, sum(amount) AS return_value
    FROM history_returns
    WHERE order_id IS NOT NULL AND counts_as_revenue
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
    orders.n_products,
    orders.n_units,
    orders.country,
    orders.channel,
    orders.is_cancelled
FROM history_orders AS orders
LEFT JOIN given_back ON given_back.order_id = orders.order_id
