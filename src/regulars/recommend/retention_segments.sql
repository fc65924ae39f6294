-- grain: one row per customer of a segment to be won back, where nothing is predicted
-- keys: customer_id
-- time: segments and recommendations at the cut-off
-- parameters: n_customers
SELECT
    segments.customer_id,
    CAST(row_number() OVER (ORDER BY features.revenue_last_365d DESC, segments.customer_id) AS INTEGER) AS place,
    CAST(features.revenue_last_365d AS DOUBLE) AS money_at_risk,
    shown.products,
    shown.product_ids,
    segments.segment || ', last order ' || CAST(features.days_since_last_order AS INTEGER) || ' days ago'
        || coalesce('; ' || shown.first_reason, '') AS reason
FROM segments
INNER JOIN features ON features.customer_id = segments.customer_id
INNER JOIN segment_profiles AS profiles
    ON profiles.segmentation = 'segment' AND profiles.segment = segments.segment AND profiles.stake = 'win_back'
LEFT JOIN retention_shown AS shown ON shown.customer_id = segments.customer_id
WHERE features.revenue_last_365d > 0
ORDER BY place
LIMIT CAST($n_customers AS INTEGER)
