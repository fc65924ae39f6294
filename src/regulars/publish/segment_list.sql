-- grain: one row per customer of one segment, the most valuable first
-- keys: customer_id
-- time: as of the release's cut-off
-- parameters: segment (null for customers without one)
SELECT
    segments.customer_id,
    customers.name,
    customers.email,
    customers.consent,
    segments.segment,
    segments.lifecycle_stage,
    segments.r_score,
    segments.f_score,
    segments.m_score,
    features.days_since_last_order,
    customers.n_orders,
    CAST(round(customers.revenue_to_date, 2) AS DECIMAL(18, 2)) AS revenue_to_date,
    CAST(customers.last_ordered_at AS DATE) AS last_ordered_on,
    profiles.action
FROM segments
INNER JOIN customers ON customers.customer_id = segments.customer_id
LEFT JOIN features ON features.customer_id = segments.customer_id
LEFT JOIN segment_profiles AS profiles
    ON profiles.segmentation = 'segment'
    AND profiles.segment = segments.segment
WHERE segments.segment IS NOT DISTINCT FROM CAST($segment AS VARCHAR)
ORDER BY customers.revenue_to_date DESC, segments.customer_id
