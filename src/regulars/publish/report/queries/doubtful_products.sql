-- grain: one row per product whose learned category is doubtful, the best sold first
-- keys: product_id
-- time: as of the release's cut-off
-- parameters: most
SELECT product_id, description, category, evidence, CAST(revenue AS DOUBLE) AS gross_revenue
FROM product_categories
WHERE is_doubtful
ORDER BY revenue DESC, product_id
LIMIT $most
