-- grain: one row per list of recommendations
-- keys: list
-- time: as of the release's cut-off
SELECT
    list,
    count(DISTINCT customer_id) AS n_customers,
    count(DISTINCT product_id) AS n_products,
    count(DISTINCT customer_id) FILTER (WHERE is_cold_start) AS n_cold
FROM recommendations
GROUP BY list
ORDER BY list
