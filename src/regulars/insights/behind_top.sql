-- grain: one row per customer among those who bring most in the last 365 days
-- keys: customer_id
-- time: features at the cut-off
-- parameters: top_share
SELECT customer_id, revenue_365d AS money, CAST(NULL AS VARCHAR) AS reason
FROM (
    SELECT
        customer_id,
        revenue_365d,
        row_number() OVER (ORDER BY revenue_365d DESC, customer_id) AS place,
        count(*) OVER () AS n
    FROM insight_customers
    WHERE revenue_365d > 0
) AS ranked
WHERE place <= ceil(CAST($top_share AS DOUBLE) * n)
