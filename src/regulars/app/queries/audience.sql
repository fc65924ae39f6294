-- grain: one row: how many fit, and what is at stake with them
-- keys: none
-- time: predictions at the cut-off of the release
-- parameters: segment (null for all), least_risk, most_risk, least_at_risk, needs_consent, left_out (list of ids), kept_share, contact_cost
WITH fitting AS (
    SELECT
        predictions.p_churn,
        predictions.revenue_at_risk,
        customers.consent,
        coalesce(customers.consent, NOT $needs_consent)
        AND customers.customer_id NOT IN (SELECT unnest(CAST($left_out AS VARCHAR[]))) AS may_be_written_to
    FROM predictions
    INNER JOIN customers ON customers.customer_id = predictions.customer_id
    LEFT JOIN segments ON segments.customer_id = predictions.customer_id
    WHERE
        ($segment IS NULL OR segments.segment = $segment)
        AND predictions.p_churn >= $least_risk
        AND predictions.p_churn <= $most_risk
        AND predictions.revenue_at_risk >= $least_at_risk
)
SELECT
    count(*) AS n_matched,
    count(*) FILTER (WHERE may_be_written_to) AS n_customers,
    coalesce(sum(revenue_at_risk) FILTER (WHERE may_be_written_to), 0) AS revenue_at_risk,
    coalesce(sum(revenue_at_risk * $kept_share - $contact_cost) FILTER (WHERE may_be_written_to), 0) AS gain_of_all,
    avg(1 - p_churn) FILTER (WHERE may_be_written_to) AS baseline_rate
FROM fitting
