-- grain: one row per customer of a high value whose risk of leaving is not low
-- keys: customer_id
-- time: predictions and recommendations at the cut-off
-- parameters: n_customers
SELECT
    predictions.customer_id,
    CAST(row_number() OVER (ORDER BY predictions.revenue_at_risk DESC, predictions.customer_id) AS INTEGER) AS place,
    predictions.revenue_at_risk AS money_at_risk,
    shown.products,
    shown.product_ids,
    'leaves with a probability of ' || CAST(round(100 * predictions.p_churn) AS INTEGER) || ' % (no order within '
        || predictions.horizon_days || ' days), last order '
        || CAST(features.days_since_last_order AS INTEGER) || ' days ago'
        || coalesce('; ' || shown.first_reason, '') AS reason
FROM predictions
INNER JOIN features ON features.customer_id = predictions.customer_id
LEFT JOIN retention_shown AS shown ON shown.customer_id = predictions.customer_id
WHERE predictions.value_tier IN ('high', 'top')
    AND predictions.risk_band <> 'low'
    AND predictions.revenue_at_risk > 0
ORDER BY place
LIMIT CAST($n_customers AS INTEGER)
