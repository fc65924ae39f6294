-- grain: one row per percent of the customers, the biggest spenders first, 0 to 100
-- keys: top_pct
-- time: net revenue before the cut-off
-- Customers who got back more than they paid count as zero; the number of customers is rounded up.
WITH spenders AS (
    SELECT
        greatest(CAST(revenue_to_date AS DECIMAL(18, 4)), 0) AS revenue,
        row_number() OVER (ORDER BY revenue_to_date DESC, customer_id) AS place,
        count(*) OVER () AS n
    FROM features
    WHERE days_since_last_order IS NOT NULL
),
running AS (
    SELECT
        place,
        n,
        revenue AS own_revenue,
        sum(revenue) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) AS revenue,
        sum(revenue) OVER () AS total
    FROM spenders
),
percents AS (
    SELECT CAST(unnest(generate_series(0, 100)) AS INTEGER) AS top_pct
)
SELECT
    percents.top_pct,
    coalesce(running.place, 0) AS n_customers,
    CAST(coalesce(running.revenue, 0) AS DECIMAL(18, 4)) AS revenue,
    CASE
        WHEN percents.top_pct = 0 THEN 0.0
        ELSE CAST(running.revenue AS DOUBLE) / nullif(CAST(running.total AS DOUBLE), 0)
    END AS revenue_share,
    CAST(running.own_revenue AS DECIMAL(18, 4)) AS lowest_revenue
FROM percents
CROSS JOIN (SELECT count(*) AS n FROM spenders) AS shop
LEFT JOIN running ON running.place = CAST(ceil(CAST(percents.top_pct * shop.n AS DOUBLE) / 100) AS BIGINT)
WHERE shop.n > 0
ORDER BY percents.top_pct
