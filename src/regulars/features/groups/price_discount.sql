-- grain: one row per customer with an order before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff; cancelled orders left out
-- units: the shop's currency
-- needs: orders, customer_products
WITH paid AS (
    SELECT
        customer_id,
        CAST(sum(sum_unit_price) AS DOUBLE) / nullif(sum(n_lines), 0) AS mean_unit_price,
        CAST(max(max_unit_price) AS DOUBLE) AS max_unit_price,
        CAST(min(min_unit_price) AS DOUBLE) AS min_unit_price,
        CAST(sum(discounted_revenue) AS DOUBLE) AS discounted_revenue,
        CAST(sum(CASE WHEN discounted_revenue IS NOT NULL THEN revenue END) AS DOUBLE) AS revenue
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id
),
prices AS (
    SELECT DISTINCT coalesce(category, '') AS category, unit_price
    FROM history_customer_products
    WHERE unit_price IS NOT NULL  -- also keeps the engine from holding all of them in memory for both readings
),
boundaries AS (
    SELECT price.category, price.boundary
    FROM (SELECT unnest(price_boundaries) AS price FROM shop_statistics)
),
marks AS (
    SELECT category, unit_price, 0 AS is_boundary FROM prices
    UNION ALL
    SELECT category, boundary, 1 FROM boundaries
),
counted AS (
    SELECT category, unit_price, sum(is_boundary) AS n_level
    FROM marks
    GROUP BY category, unit_price
),
percentiles AS (  -- a price level with boundaries stands in their middle
    SELECT
        category,
        unit_price,
        sum(n_level) OVER (PARTITION BY category ORDER BY unit_price) - n_level / 2.0 AS percentile
    FROM counted
),
tiers AS (
    SELECT products.customer_id, sum(CAST(percentiles.percentile AS DECIMAL(18, 1))) AS total, count(*) AS n
    FROM history_customer_products AS products
    INNER JOIN percentiles
        ON percentiles.category = coalesce(products.category, '')
        AND percentiles.unit_price = products.unit_price
    GROUP BY products.customer_id
)
SELECT
    paid.customer_id,
    paid.mean_unit_price,
    paid.max_unit_price,
    paid.max_unit_price - paid.min_unit_price AS unit_price_range,
    CAST(tiers.total AS DOUBLE) / tiers.n AS price_tier,
    paid.discounted_revenue / nullif(paid.revenue, 0) AS discount_share
FROM paid
LEFT JOIN tiers ON tiers.customer_id = paid.customer_id
