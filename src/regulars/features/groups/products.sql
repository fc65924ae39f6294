-- grain: one row per customer who has bought a product before the cut-off
-- keys: customer_id
-- time: first_bought_at < $cutoff; products whose orders were taken back left out
-- units: products; price_tier 0 to 100, a price level with boundaries stands in their middle
-- parameters: cutoff
-- needs: customer_products
WITH prices AS (
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
percentiles AS (
    SELECT
        category,
        unit_price,
        CAST(sum(n_level) OVER (PARTITION BY category ORDER BY unit_price) - n_level / 2.0 AS DECIMAL(18, 1)) AS percentile
    FROM counted
)
SELECT
    products.customer_id,
    CAST(count(*) AS INTEGER) AS n_products,
    CAST(count(CASE WHEN products.first_bought_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 90 DAY THEN 1 END) AS INTEGER)
        AS new_products_last_90d,
    CAST(sum(percentiles.percentile) AS DOUBLE) / nullif(count(percentiles.percentile), 0) AS price_tier
FROM history_customer_products AS products
LEFT JOIN percentiles
    ON percentiles.category = coalesce(products.category, '')
    AND percentiles.unit_price = products.unit_price
GROUP BY products.customer_id
