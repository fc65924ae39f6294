-- grain: one row per complete month
-- keys: month
-- time: months before the cut-off
SELECT
    month,
    CAST(gross_revenue AS DOUBLE) AS gross_revenue,
    CAST(return_value AS DOUBLE) AS return_value,
    n_orders,
    n_new_customers
FROM revenue_by_month
WHERE is_complete
ORDER BY month
