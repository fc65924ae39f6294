-- grain: one row per customer
-- keys: customer_id
-- time: features at the cut-off
-- parameters: kept_nothing, never_ordered (names of the groups that are not scored)
-- needs: orders
WITH ordered AS (
    SELECT DISTINCT customer_id FROM history_orders WHERE customer_id IS NOT NULL
)
SELECT
    features.customer_id,
    scores.r_score,
    scores.f_score,
    scores.m_score,
    CASE
        WHEN scores.customer_id IS NOT NULL THEN rules.segment
        WHEN ordered.customer_id IS NOT NULL THEN CAST($kept_nothing AS VARCHAR)
        ELSE CAST($never_ordered AS VARCHAR)
    END AS segment,
    lifecycle.lifecycle_stage,
    by_value.name AS cluster_rfm,
    by_habit.name AS cluster_behavior,
    personas.timing_persona
FROM features
INNER JOIN segment_lifecycle AS lifecycle ON lifecycle.customer_id = features.customer_id
LEFT JOIN segment_scores AS scores ON scores.customer_id = features.customer_id
LEFT JOIN segment_rules AS rules
    ON rules.r_score = scores.r_score AND rules.f_score = scores.f_score AND rules.m_score = scores.m_score
LEFT JOIN ordered ON ordered.customer_id = features.customer_id
LEFT JOIN cluster_members AS by_value
    ON by_value.customer_id = features.customer_id AND by_value.track = 'rfm'
LEFT JOIN cluster_members AS by_habit
    ON by_habit.customer_id = features.customer_id AND by_habit.track = 'behavior'
LEFT JOIN customer_personas AS personas ON personas.customer_id = features.customer_id
ORDER BY features.customer_id
