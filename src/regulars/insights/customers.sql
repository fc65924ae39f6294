-- grain: one row per customer who kept an order
-- keys: customer_id
-- time: features, segments and predictions at the cut-off
-- parameters: horizon_days, valuable_share, warn_from, due_from, has_risk
-- Every customer is in one audience at most, the first that fits, so that no expected revenue is counted twice.
-- Without predictions, who is slipping stands in for who is likely to leave.
WITH known AS (
    SELECT
        features.customer_id,
        CAST(features.revenue_last_365d AS DECIMAL(18, 4)) AS revenue_365d,
        CAST(features.revenue_to_date AS DECIMAL(18, 4)) AS revenue_to_date,
        features.n_purchase_days,
        features.days_since_first_order,
        features.days_since_last_order,
        features.mean_order_value,
        segments.segment,
        segments.lifecycle_stage,
        segments.m_score,
        predictions.p_churn,
        predictions.p_order_within_30d,
        CAST(predictions.predicted_clv AS DECIMAL(18, 4)) AS predicted_clv,
        CAST(predictions.revenue_at_risk AS DECIMAL(18, 4)) AS revenue_at_risk,
        row_number() OVER (ORDER BY features.revenue_last_365d DESC, features.customer_id) AS place,
        count(*) FILTER (WHERE features.revenue_last_365d > 0) OVER () AS n_spending
    FROM features
    INNER JOIN segments ON segments.customer_id = features.customer_id
    LEFT JOIN insight_predictions AS predictions ON predictions.customer_id = features.customer_id
    WHERE features.days_since_last_order IS NOT NULL
),
valued AS (
    SELECT
        *,
        revenue_365d > 0 AND place <= ceil(CAST($valuable_share AS DOUBLE) * n_spending) AS is_valuable
    FROM known
)
SELECT
    *,
    CASE
        WHEN is_valuable AND p_churn >= CAST($warn_from AS DOUBLE) THEN 'save'
        WHEN is_valuable AND NOT CAST($has_risk AS BOOLEAN) AND lifecycle_stage IN ('slipping', 'lapsed') THEN 'save'
        WHEN p_order_within_30d >= CAST($due_from AS DOUBLE) THEN 'due'
        WHEN n_purchase_days = 1 AND days_since_first_order < CAST($horizon_days AS INTEGER) THEN 'second_order'
        WHEN m_score = 5 AND lifecycle_stage = 'lapsed' AND predicted_clv IS NOT NULL THEN 'win_back'
    END AS audience,
    CASE
        WHEN revenue_365d <= 0 THEN 'quiet'
        WHEN lifecycle_stage = 'lapsed' THEN 'lapsed'
        WHEN lifecycle_stage = 'slipping' THEN 'slipping'
        ELSE 'on rhythm'
    END AS health
FROM valued
ORDER BY customer_id
