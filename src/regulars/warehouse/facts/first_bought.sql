-- grain: one row per customer and product: since when an order with it was known, taken back or not
-- keys: customer_id, product_id
SELECT customer_id, product_id, min(greatest(ordered_at, coalesce(known_from, ordered_at))) AS first_bought_at
FROM fct_order_lines
WHERE customer_id IS NOT NULL AND product_id IS NOT NULL AND line_kind = 'product'
GROUP BY customer_id, product_id
