-- grain: one row per product, those that most customers bought lately first
-- keys: product_id
-- time: as of the release's cut-off
-- parameters: most
WITH best AS (
    SELECT product_id, coalesce(product, product_id) AS product, n_customers, n_recent_customers
    FROM product_demand
    WHERE is_recommended
    ORDER BY n_recent_customers DESC, n_customers DESC, product_id
    LIMIT $most
)
SELECT
    best.product_id,
    best.product,
    best.n_customers,
    best.n_recent_customers,
    string_agg(
        coalesce(similar_products.similar_product, similar_products.similar_product_id), '; '
        ORDER BY similar_products.rank
    ) AS similar
FROM best
INNER JOIN similar_products ON similar_products.product_id = best.product_id
WHERE similar_products.rank <= 3
GROUP BY best.product_id, best.product, best.n_customers, best.n_recent_customers
ORDER BY best.n_recent_customers DESC, best.n_customers DESC, best.product_id
