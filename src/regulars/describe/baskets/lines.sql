-- grain: one row per counted basket and product in it
-- keys: basket, item
-- time: lines before $cutoff
-- needs: order_lines
SELECT
    baskets.basket,
    products.item,
    products.category_item,
    CAST(sum(lines.amount) AS DECIMAL(18, 4)) AS amount
FROM history_order_lines AS lines
INNER JOIN basket_orders AS baskets ON baskets.order_id = lines.order_id
INNER JOIN basket_products AS products ON products.product_id = lines.product_id
WHERE lines.line_kind = 'product' AND baskets.is_counted
GROUP BY baskets.basket, products.item, products.category_item
