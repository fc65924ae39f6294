-- grain: one row per customer with an order before the cut-off
-- keys: customer_id
-- time: features of $cutoff, against the boundaries of shop_statistics
-- units: 0 to 100; a value level with boundaries stands in their middle
WITH measures AS (
    SELECT customer_id, 'n_orders' AS measure, CAST(n_orders AS DOUBLE) AS value FROM features_recency_frequency
    UNION ALL
    SELECT customer_id, 'days_since_first_order', CAST(days_since_first_order AS DOUBLE) FROM features_recency_frequency
    UNION ALL
    SELECT customer_id, 'activity_rate', activity_rate FROM features_recency_frequency
    UNION ALL
    SELECT customer_id, 'days_between_orders_cv', days_between_orders_cv FROM features_cadence
    UNION ALL
    SELECT customer_id, 'overdue_ratio', overdue_ratio FROM features_cadence
),
boundaries AS (
    SELECT score.measure, score.boundary
    FROM (SELECT unnest(score_boundaries) AS score FROM shop_statistics)
),
marks AS (
    SELECT measure, value, 0 AS is_boundary FROM (SELECT DISTINCT measure, value FROM measures WHERE value IS NOT NULL)
    UNION ALL
    SELECT measure, boundary, 1 FROM boundaries
),
counted AS (
    SELECT measure, value, sum(is_boundary) AS n_level
    FROM marks
    GROUP BY measure, value
),
percentiles AS (
    SELECT measure, value, sum(n_level) OVER (PARTITION BY measure ORDER BY value) - n_level / 2.0 AS percentile
    FROM counted
),
scores AS (
    SELECT
        measures.customer_id,
        max(CASE WHEN measures.measure = 'n_orders' THEN percentiles.percentile END) AS orders_score,
        max(CASE WHEN measures.measure = 'days_since_first_order' THEN percentiles.percentile END) AS tenure_score,
        max(CASE WHEN measures.measure = 'activity_rate' THEN percentiles.percentile END) AS activity_score,
        -- the smaller the spread, the more regular; no evidence is no regularity
        coalesce(
            max(CASE WHEN measures.measure = 'days_between_orders_cv' THEN 100 - percentiles.percentile END), 0
        ) AS regularity_score,
        max(CASE WHEN measures.measure = 'overdue_ratio' THEN percentiles.percentile END) AS overdue_score
    FROM measures
    LEFT JOIN percentiles
        ON percentiles.measure = measures.measure
        AND percentiles.value = measures.value
    GROUP BY measures.customer_id
)
SELECT
    scores.customer_id,
    (scores.orders_score + scores.tenure_score + scores.activity_score + scores.regularity_score) / 4
        AS loyalty_index,
    scores.overdue_score AS rule_churn_risk_score,
    assortment.mean_units_per_order >= shop.mean_units_per_order_p90 AS is_bulk_buyer
FROM scores
CROSS JOIN shop_statistics AS shop
LEFT JOIN features_assortment AS assortment ON assortment.customer_id = scores.customer_id
