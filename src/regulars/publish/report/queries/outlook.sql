-- grain: one row: what is expected of all customers together
-- time: predictions at the cut-off of the release
-- Summed as exact decimals, so that equal releases say equal sums. Half of the revenue at risk lies with n_for_half.
SELECT
    people.n_customers,
    people.n_with_risk,
    people.n_with_value,
    people.n_likely_leavers,
    people.expected_leavers,
    people.expected_revenue,
    people.revenue_at_risk,
    people.horizon_days,
    ranked.n_for_half
FROM (
    SELECT
        count(*) AS n_customers,
        count(p_churn) AS n_with_risk,
        count(predicted_clv) AS n_with_value,
        count(*) FILTER (WHERE p_churn > 0.5) AS n_likely_leavers,
        sum(CAST(p_churn AS DECIMAL(18, 9))) AS expected_leavers,
        sum(CAST(predicted_clv AS DECIMAL(18, 4))) AS expected_revenue,
        sum(CAST(revenue_at_risk AS DECIMAL(18, 4))) AS revenue_at_risk,
        max(horizon_days) AS horizon_days
    FROM predictions
) AS people
CROSS JOIN (
    SELECT count(*) AS n_for_half
    FROM (
        SELECT
            CAST(revenue_at_risk AS DECIMAL(18, 4)) AS own,
            sum(CAST(revenue_at_risk AS DECIMAL(18, 4))) OVER (
                ORDER BY revenue_at_risk DESC, customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS so_far,
            sum(CAST(revenue_at_risk AS DECIMAL(18, 4))) OVER () AS whole
        FROM predictions
        WHERE revenue_at_risk > 0
    ) AS placed
    WHERE 2 * (so_far - own) < whole
) AS ranked
