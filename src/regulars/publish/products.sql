-- grain: one row per product sold before the cut-off
-- keys: product_id
-- time: orders and returns before the cut-off
-- needs: products, order_lines, returns
WITH sold AS (
    SELECT product_id, count(*) AS n_lines, sum(quantity) AS n_units, sum(amount) AS revenue
    FROM history_order_lines
    WHERE line_kind = 'product'
    GROUP BY product_id
),
given_back AS (
    SELECT product_id, sum(amount) AS return_value
    FROM history_returns
    WHERE line_kind = 'product'
    GROUP BY product_id
)
SELECT
    products.product_id,
    products.description,
    products.category,
    products.first_sold_at,
    products.last_sold_at,
    coalesce(sold.n_lines, 0) AS n_lines,
    coalesce(sold.n_units, 0) AS n_units,
    coalesce(sold.revenue, 0) AS revenue,
    coalesce(given_back.return_value, 0) AS return_value,
    coalesce(sold.revenue, 0) - coalesce(given_back.return_value, 0) AS net_revenue
FROM history_products AS products
LEFT JOIN sold ON sold.product_id = products.product_id
LEFT JOIN given_back ON given_back.product_id = products.product_id
