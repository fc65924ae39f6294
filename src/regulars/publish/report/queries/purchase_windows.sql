-- grain: one row per window of the next purchase
-- keys: next_purchase_window
-- time: predictions at the cut-off of the release
SELECT
    next_purchase_window,
    count(*) AS n_customers,
    sum(CAST(predicted_clv AS DECIMAL(18, 4))) AS expected_revenue
FROM predictions
WHERE next_purchase_window IS NOT NULL
GROUP BY next_purchase_window
ORDER BY next_purchase_window
