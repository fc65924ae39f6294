-- grain: one row per customer who brings at least a share of the last 365 days' revenue alone
-- keys: customer_id
-- time: features at the cut-off
-- parameters: least_share
SELECT customer_id, CAST(revenue_365d AS DOUBLE) AS revenue, days_since_last_order, segment
FROM (
    SELECT *, sum(revenue_365d) FILTER (WHERE revenue_365d > 0) OVER () AS whole FROM insight_customers
) AS people
WHERE revenue_365d > 0 AND revenue_365d >= CAST($least_share AS DOUBLE) * whole
ORDER BY revenue_365d DESC, customer_id
