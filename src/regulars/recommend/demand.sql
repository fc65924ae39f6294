-- grain: one row per product that a known customer bought
-- keys: product_id
-- time: ordered_at < $cutoff
-- parameters: cutoff, recent_days
-- needs: products
WITH bought AS (
    SELECT
        product_id,
        count(*) AS n_customers,
        count(*) FILTER (
            WHERE last_bought_at >= CAST($cutoff AS TIMESTAMP) - to_days(CAST($recent_days AS INTEGER))
        ) AS n_recent_customers
    FROM recommend_interactions
    GROUP BY product_id
)
SELECT
    bought.product_id,
    products.description AS product,
    bought.n_customers,
    bought.n_recent_customers,
    not_recommended.product_id IS NULL AS is_recommended
FROM bought
LEFT JOIN history_products AS products ON products.product_id = bought.product_id
LEFT JOIN not_recommended ON not_recommended.product_id = bought.product_id
