-- grain: one row: how unequally the last 365 days' revenue lies among the customers who brought it
-- time: features at the cut-off
-- parameters: top_share
WITH ranked AS (
    SELECT
        customer_id,
        revenue_365d,
        row_number() OVER (ORDER BY revenue_365d DESC, customer_id) AS place,
        count(*) OVER () AS n,
        sum(revenue_365d) OVER () AS whole
    FROM insight_customers
    WHERE revenue_365d > 0
)
SELECT
    count(*) AS n_customers,
    count(*) FILTER (WHERE place <= ceil(CAST($top_share AS DOUBLE) * n)) AS n_top,
    CAST(coalesce(sum(revenue_365d), 0) AS DOUBLE) AS revenue,
    CAST(coalesce(sum(revenue_365d) FILTER (WHERE place <= ceil(CAST($top_share AS DOUBLE) * n)), 0) AS DOUBLE)
        AS top_revenue,
    1 - CAST(sum(CAST(2 * place - 1 AS DECIMAL(19, 0)) * revenue_365d) AS DOUBLE)
    / nullif(CAST(max(n) AS DOUBLE) * CAST(max(whole) AS DOUBLE), 0) AS gini
FROM ranked
