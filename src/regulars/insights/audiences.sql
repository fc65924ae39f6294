-- grain: one row per audience with somebody in it
-- keys: audience
-- time: features, segments and predictions at the cut-off
SELECT
    audience,
    count(*) AS n_customers,
    count(p_churn) AS n_predicted,
    CAST(sum(revenue_365d) AS DOUBLE) AS revenue_365d,
    CAST(sum(revenue_to_date) AS DOUBLE) AS revenue_to_date,
    CAST(sum(revenue_at_risk) AS DOUBLE) AS revenue_at_risk,
    CAST(sum(predicted_clv) AS DOUBLE) AS predicted_clv,
    CAST(sum(CAST(p_churn AS DECIMAL(18, 9))) AS DOUBLE) AS expected_leavers,
    CAST(sum(CAST(p_order_within_30d AS DECIMAL(18, 9))) AS DOUBLE) AS expected_buyers,
    CAST(sum(CAST(p_order_within_30d * mean_order_value AS DECIMAL(18, 4))) AS DOUBLE) AS expected_30d
FROM insight_customers
WHERE audience IS NOT NULL
GROUP BY audience
ORDER BY audience
