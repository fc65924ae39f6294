-- grain: one row per score that at least one customer has
-- keys: score_name, score
-- time: features at the cut-off; customers with no order that was kept have no scores
-- parameters: ties_share (whether equal customers share a score)
-- Ranks ascend with the value. With shared ties a customer's fifth is that of the middle of the ranks of equals, the
-- least value is in the first fifth and the greatest in the last; where all are equal, all are in the third. Parted by
-- id, the ranks 1 … n are cut into five equal parts. Few days since the last order score high, so R runs the other way.
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
ranked AS (
    SELECT
        score_name,
        customer_id,
        amount,
        row_number() OVER (PARTITION BY score_name ORDER BY amount, customer_id) AS place,
        rank() OVER (PARTITION BY score_name ORDER BY amount) - 1 AS n_below,
        count(*) OVER (PARTITION BY score_name, amount) AS n_equal,
        count(*) OVER (PARTITION BY score_name) AS n
    FROM measures
),
in_fifths AS (
    SELECT
        score_name,
        customer_id,
        amount,
        place,
        CASE
            WHEN n_equal = n AND (n = 1 OR $ties_share) THEN 3
            WHEN NOT $ties_share THEN greatest(1, ceil(CAST(5 * (place - 1) AS DOUBLE) / nullif(n - 1, 0)))
            WHEN n_below = 0 THEN 1
            WHEN n_below + n_equal = n THEN 5
            ELSE 1 + floor(CAST(5 * (2 * n_below + n_equal) AS DOUBLE) / (2 * n))
        END AS fifth
    FROM ranked
)
SELECT
    score_name,
    CAST(CASE WHEN score_name = 'r_score' THEN 6 - fifth ELSE fifth END AS TINYINT) AS score,
    count(*) AS n_customers,
    min(amount) AS lowest_value,
    max(amount) AS highest_value,
    CASE WHEN NOT $ties_share THEN max_by(customer_id, place) END AS highest_customer_id
FROM in_fifths
GROUP BY score_name, fifth
ORDER BY score_name, score
