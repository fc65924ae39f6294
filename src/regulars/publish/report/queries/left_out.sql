-- grain: one row per reason not to recommend a product
-- keys: reason
-- time: as of the release's cut-off
SELECT
    reason,
    count(*) AS n_products,
    max_by(coalesce(product, product_id) || ': ' || sentence, coalesce(n_customers, 0)) AS example
FROM (
    SELECT
        left_out.*,
        demand.n_customers + 1.0 / (1 + row_number() OVER (ORDER BY left_out.product_id)) AS n_customers
    FROM not_recommended AS left_out
    LEFT JOIN product_demand AS demand ON demand.product_id = left_out.product_id
) AS ranked
GROUP BY reason
ORDER BY n_products DESC, reason
