-- grain: one row per segment and risk band
-- keys: segment, risk_band
-- time: predictions at the cut-off of the release
SELECT
    segments.segment,
    predictions.risk_band,
    count(*) AS n_customers,
    sum(CAST(predictions.revenue_at_risk AS DECIMAL(18, 4))) AS revenue_at_risk,
    sum(CAST(predictions.predicted_clv AS DECIMAL(18, 4))) AS expected_revenue,
    avg(predictions.p_churn) AS mean_p_churn
FROM predictions
INNER JOIN segments ON segments.customer_id = predictions.customer_id
WHERE predictions.risk_band IS NOT NULL
GROUP BY segments.segment, predictions.risk_band
ORDER BY segments.segment, predictions.risk_band
