-- grain: one row per category of products, the biggest first, what belongs to none last
-- keys: category
-- time: as of the release's cut-off
-- parameters: most
SELECT
    category,
    source = 'none' AS is_rest,
    count(*) AS n_products,
    CAST(count(*) FILTER (WHERE is_doubtful) AS BIGINT) AS n_doubtful,
    CAST(sum(revenue) AS DOUBLE) AS gross_revenue,
    CAST(sum(revenue) AS DOUBLE) / CASE WHEN sum(sum(revenue)) OVER () > 0 THEN CAST(sum(sum(revenue)) OVER () AS DOUBLE) END
        AS sales_share,
    string_agg(coalesce(description, product_id), '; ' ORDER BY place) FILTER (WHERE place <= 3) AS examples
FROM (
    SELECT
        *,
        row_number() OVER (PARTITION BY category, source = 'none' ORDER BY revenue DESC, product_id) AS place
    FROM product_categories
) AS products
GROUP BY category, source = 'none'
ORDER BY is_rest, gross_revenue DESC, category
LIMIT $most
