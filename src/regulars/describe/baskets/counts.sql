-- grain: one row: how many baskets there are, and what is left out
-- time: lines before $cutoff
SELECT
    count(*) AS n_baskets,
    count(*) FILTER (WHERE is_counted) AS n_counted,
    count(*) FILTER (WHERE is_counted AND n_products > 1) AS n_of_several,
    CAST(median(CASE WHEN is_counted THEN n_products END) AS DOUBLE) AS median_products,
    CAST(coalesce(sum(revenue), 0) AS DOUBLE) AS revenue,
    CAST(coalesce(sum(CASE WHEN NOT is_counted THEN revenue END), 0) AS DOUBLE) AS revenue_left_out
FROM basket_orders
