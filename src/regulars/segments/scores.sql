-- grain: one row per customer with an order that was kept
-- keys: customer_id
-- time: features at the cut-off
-- Reads the boundaries and nothing else of the population, so one customer scores alone as among all. A value between
-- two scores belongs to the next fifth; one beyond all belongs to the last.
WITH measures AS (
    SELECT customer_id, 'r_score' AS score_name, CAST(days_since_last_order AS DOUBLE) AS amount
    FROM features
    WHERE days_since_last_order IS NOT NULL
    UNION ALL
    SELECT customer_id, 'f_score' AS score_name, CAST(n_orders AS DOUBLE) AS amount
    FROM features
    WHERE days_since_last_order IS NOT NULL
    UNION ALL
    SELECT customer_id, 'm_score' AS score_name, CAST(revenue_to_date AS DOUBLE) AS amount
    FROM features
    WHERE days_since_last_order IS NOT NULL
),
compared AS (
    SELECT
        measures.customer_id,
        measures.score_name,
        boundaries.score,
        measures.amount < boundaries.highest_value
        OR (
            measures.amount = boundaries.highest_value
            AND measures.customer_id <= coalesce(boundaries.highest_customer_id, measures.customer_id)
        ) AS fits
    FROM measures
    INNER JOIN segment_boundaries AS boundaries ON boundaries.score_name = measures.score_name
)
SELECT
    customer_id,
    coalesce(
        max(CASE WHEN score_name = 'r_score' AND fits THEN score END),
        min(CASE WHEN score_name = 'r_score' THEN score END)
    ) AS r_score,
    coalesce(
        min(CASE WHEN score_name = 'f_score' AND fits THEN score END),
        max(CASE WHEN score_name = 'f_score' THEN score END)
    ) AS f_score,
    coalesce(
        min(CASE WHEN score_name = 'm_score' AND fits THEN score END),
        max(CASE WHEN score_name = 'm_score' THEN score END)
    ) AS m_score
FROM compared
GROUP BY customer_id
