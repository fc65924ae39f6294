-- grain: one row per counted basket and category in it
-- keys: basket, item
-- time: lines before $cutoff
SELECT basket, category_item AS item, CAST(sum(amount) AS DECIMAL(18, 4)) AS amount
FROM basket_lines
WHERE category_item IS NOT NULL
GROUP BY basket, category_item
