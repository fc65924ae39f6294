-- grain: one row per product sold before the cut-off
-- keys: product_id
-- time: lines before $cutoff of orders not taken back in full; the name and category known then
-- needs: order_lines, products
SELECT
    products.product_id,
    products.description,
    products.category,
    coalesce(sold.n_lines, 0) AS n_lines,
    CAST(coalesce(sold.revenue, 0) AS DECIMAL(18, 4)) AS revenue
FROM history_products AS products
LEFT JOIN (
    SELECT product_id, count(*) AS n_lines, sum(amount) AS revenue
    FROM history_order_lines
    WHERE line_kind = 'product' AND product_id IS NOT NULL AND NOT is_cancelled
    GROUP BY product_id
) AS sold ON sold.product_id = products.product_id
ORDER BY products.product_id
