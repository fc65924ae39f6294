-- grain: one row per customer, those with the most to lose first, at most $n
-- keys: customer_id
-- time: predictions at the cut-off of the release
-- parameters: n
SELECT
    predictions.customer_id,
    segments.segment,
    predictions.p_churn,
    predictions.risk_band,
    predictions.predicted_clv,
    predictions.predicted_clv_low,
    predictions.predicted_clv_high,
    predictions.revenue_at_risk,
    predictions.next_order_on,
    predictions.next_purchase_window,
    predictions.confidence_tier
FROM predictions
LEFT JOIN segments ON segments.customer_id = predictions.customer_id
WHERE predictions.revenue_at_risk > 0
ORDER BY predictions.priority DESC NULLS LAST, predictions.revenue_at_risk DESC, predictions.customer_id
LIMIT $n
