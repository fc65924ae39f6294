-- grain: one row per product code that a line rule fits
-- keys: product_id
WITH codes AS (
    SELECT DISTINCT product_id FROM raw_order_lines WHERE product_id IS NOT NULL
)
SELECT codes.product_id, min(rules.rank) AS rank
FROM codes
INNER JOIN stg_line_rules AS rules
    ON rules.field = 'product_id' AND upper(trim(codes.product_id)) LIKE rules.pattern ESCAPE '\'
GROUP BY codes.product_id
