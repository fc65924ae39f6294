-- grain: one row per customer and product rated before the cut-off: the latest rating
-- keys: customer_id, product_id
-- time: rated_at < $cutoff; ratings without a time come before all dated ones and are in every history
-- parameters: cutoff, customer_id (null for everybody)
SELECT
    customer_id,
    product_id,
    max_by(rating, coalesce(rated_at, TIMESTAMP '0001-01-01 00:00:00')) AS rating,
    max(rated_at) AS rated_at
FROM fct_ratings
WHERE (rated_at IS NULL OR rated_at < CAST($cutoff AS TIMESTAMP))
    AND (CAST($customer_id AS VARCHAR) IS NULL OR customer_id = CAST($customer_id AS VARCHAR))
GROUP BY customer_id, product_id
