-- grain: one row per customer of an audience, those to be written to first, at most $n
-- keys: customer_id
-- time: predictions at the cut-off of the release
-- parameters: segment (null for all), least_risk, most_risk, least_at_risk, needs_consent, left_out (list of ids), kept_share, contact_cost, holdout_share, seed, n
-- The hold-out is drawn as campaigns draw theirs: within each value tier, in the order of a hash of seed and customer,
-- the broken share rounded by a draw of its own.
WITH fitting AS (
    SELECT
        predictions.customer_id,
        customers.name,
        customers.email,
        segments.segment,
        coalesce(predictions.value_tier, 'none') AS stratum,
        predictions.p_churn,
        predictions.revenue_at_risk,
        predictions.revenue_at_risk * $kept_share - $contact_cost AS expected_value
    FROM predictions
    INNER JOIN customers ON customers.customer_id = predictions.customer_id
    LEFT JOIN segments ON segments.customer_id = predictions.customer_id
    WHERE
        ($segment IS NULL OR segments.segment = $segment)
        AND predictions.p_churn >= $least_risk
        AND predictions.p_churn <= $most_risk
        AND predictions.revenue_at_risk >= $least_at_risk
        AND coalesce(customers.consent, NOT $needs_consent)
        AND customers.customer_id NOT IN (SELECT unnest(CAST($left_out AS VARCHAR[])))
),
draws AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY stratum ORDER BY md5(CAST($seed AS VARCHAR) || ':' || customer_id), customer_id
        ) - 1 AS draw,
        count(*) OVER (PARTITION BY stratum) AS n_stratum,
        CAST(CAST('0x' || left(md5(CAST($seed AS VARCHAR) || '::' || stratum), 7) AS BIGINT) AS DOUBLE) / 268435456 AS broken
    FROM fitting
)
SELECT
    CASE WHEN draw < floor(n_stratum * $holdout_share + broken) THEN 'control' ELSE 'treat' END AS arm,
    customer_id,
    name,
    email,
    segment,
    stratum,
    round(p_churn, 4) AS p_churn,
    round(revenue_at_risk, 2) AS revenue_at_risk,
    round(expected_value, 2) AS expected_value
FROM draws
ORDER BY arm = 'control', expected_value DESC, customer_id
LIMIT $n
