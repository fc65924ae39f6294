-- grain: one row per customer of an audience
-- keys: customer_id
-- time: features, segments and predictions at the cut-off
-- parameters: audience
SELECT
    customer_id,
    CAST(
        CASE
            WHEN audience = 'save' THEN coalesce(revenue_at_risk, revenue_365d)
            WHEN audience = 'due' THEN p_order_within_30d * mean_order_value
            ELSE predicted_clv
        END AS DECIMAL(18, 4)
    ) AS money,
    CASE
        WHEN audience = 'save' AND p_churn IS NOT NULL
            THEN format('{:.0f} % likely not to order; last order {:d} days ago', 100 * p_churn, days_since_last_order)
        WHEN audience = 'due'
            THEN format('{:.0f} % likely to order within 30 days', 100 * p_order_within_30d)
        ELSE format('last order {:d} days ago', days_since_last_order)
    END AS reason
FROM insight_customers
WHERE audience = $audience
