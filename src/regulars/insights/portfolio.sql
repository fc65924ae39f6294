-- grain: one row per state of health with somebody in it
-- keys: health
-- time: features and segments at the cut-off
SELECT health, count(*) AS n_customers, CAST(sum(revenue_365d) AS DOUBLE) AS revenue
FROM insight_customers
GROUP BY health
ORDER BY health
