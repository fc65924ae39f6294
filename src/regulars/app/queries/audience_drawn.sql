-- grain: one row per customer of an audience, those to be written to first, at most $n
-- keys: customer_id
-- time: predictions at the cut-off of the release
-- parameters: segment (null for all), least_risk, most_risk, least_at_risk, needs_consent, left_out (list of ids), kept_share, contact_cost, holdout_share, seed, n
-- The hold-out is drawn as campaigns draw theirs: within each value tier, in the order of a hash of seed and customer,
-- the broken share rounded by a draw of its own.
WITH fitting AS (
    SELECT
        predictions.customer_id,
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
strata AS (
    SELECT
        stratum,
        floor(
            count(*) * $holdout_share
            + CAST(CAST('0x' || left(md5(CAST($seed AS VARCHAR) || '::' || stratum), 7) AS BIGINT) AS DOUBLE) / 268435456
        ) AS n_control
    FROM fitting
    GROUP BY stratum
),
draws AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY stratum ORDER BY md5(CAST($seed AS VARCHAR) || ':' || customer_id), customer_id
        ) - 1 AS draw
    FROM fitting
),
drawn AS (
    SELECT
        CASE WHEN draws.draw < strata.n_control THEN 'control' ELSE 'treat' END AS arm,
        draws.*
    FROM draws
    INNER JOIN strata ON strata.stratum = draws.stratum
    ORDER BY arm = 'control', draws.expected_value DESC, draws.customer_id
    LIMIT $n
)
SELECT
    drawn.arm,
    drawn.customer_id,
    customers.name,
    customers.email,
    segments.segment,
    drawn.stratum,
    round(drawn.p_churn, 4) AS p_churn,
    round(drawn.revenue_at_risk, 2) AS revenue_at_risk,
    round(drawn.expected_value, 2) AS expected_value
FROM drawn
INNER JOIN customers ON customers.customer_id = drawn.customer_id
LEFT JOIN segments ON segments.customer_id = drawn.customer_id
ORDER BY drawn.arm = 'control', drawn.expected_value DESC, drawn.customer_id
