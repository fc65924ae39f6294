-- grain: one row per confidence tier
-- keys: confidence_tier
-- time: predictions at the cut-off of the release
SELECT
    confidence_tier,
    count(*) AS n_customers,
    sum(CAST(predicted_clv AS DECIMAL(18, 4))) AS expected_revenue
FROM predictions
WHERE confidence_tier IS NOT NULL
GROUP BY confidence_tier
ORDER BY confidence_tier
