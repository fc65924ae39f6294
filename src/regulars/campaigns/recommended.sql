-- grain: one row per customer and list of recommendations
-- keys: customer_id, list
-- time: recommendations at the cut-off
-- parameters: n_products
SELECT
    recommendations.customer_id,
    recommendations.list,
    string_agg(recommendations.product_id, '; ' ORDER BY recommendations.rank) AS products,
    string_agg(coalesce(products.description, recommendations.product_id), '; ' ORDER BY recommendations.rank) AS product_names
FROM recommendations
LEFT JOIN history_products AS products ON products.product_id = recommendations.product_id
WHERE recommendations.rank <= $n_products
GROUP BY recommendations.customer_id, recommendations.list
