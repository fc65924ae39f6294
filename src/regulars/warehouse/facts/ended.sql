-- grain: one row per customer and product of whom a line was rewritten, or its order taken back in full
-- keys: customer_id, product_id
SELECT lines.customer_id, lines.product_id
FROM fct_order_lines AS lines
WHERE lines.known_until IS NOT NULL
    AND lines.customer_id IS NOT NULL
    AND lines.product_id IS NOT NULL
    AND lines.line_kind = 'product'
UNION
SELECT lines.customer_id, lines.product_id
FROM fct_order_lines AS lines
INNER JOIN fct_cancellations AS cancellations ON cancellations.order_id = lines.order_id
WHERE lines.customer_id IS NOT NULL AND lines.product_id IS NOT NULL AND lines.line_kind = 'product'
