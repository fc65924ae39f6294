-- grain: one row per risk band, the likeliest to leave first
-- keys: risk_band
-- time: predictions at the cut-off of the release
SELECT
    risk_band,
    count(*) AS n_customers,
    min(p_churn) AS p_low,
    max(p_churn) AS p_high,
    sum(CAST(p_churn AS DECIMAL(18, 9))) AS expected_leavers,
    sum(CAST(predicted_clv AS DECIMAL(18, 4))) AS expected_revenue,
    sum(CAST(revenue_at_risk AS DECIMAL(18, 4))) AS revenue_at_risk
FROM predictions
WHERE risk_band IS NOT NULL AND p_churn IS NOT NULL
GROUP BY risk_band
ORDER BY p_high DESC, p_low DESC, risk_band
