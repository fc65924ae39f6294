-- grain: one row per hundredth of the predicted probability not to order
-- keys: hundredth
-- time: the past cut-off, and what came after it
-- parameters: model, cutoff, horizon_days
-- The revenue at stake of a customer is what they were expected to bring if they stay: expected revenue over the
-- probability to stay, as `revenue_at_risk` at the cut-off of the release.
WITH leaving AS (
    SELECT customer_id, predicted, observed
    FROM backtest_predictions
    WHERE target = 'churn' AND model = $model AND cutoff = CAST($cutoff AS TIMESTAMP) AND horizon_days = $horizon_days
),
worth AS (
    SELECT customer_id, predicted
    FROM backtest_predictions
    WHERE target = 'value' AND cutoff = CAST($cutoff AS TIMESTAMP) AND horizon_days = $horizon_days
)
SELECT
    CAST(floor(least(leaving.predicted, 0.9999) * 100) AS INTEGER) AS hundredth,
    count(*) AS n,
    count(*) FILTER (WHERE leaving.observed >= 0.5) AS n_left,
    coalesce(sum(greatest(worth.predicted, 0) / greatest(1 - leaving.predicted, 0.05)) FILTER (WHERE leaving.observed >= 0.5), 0) AS stake_of_leavers
FROM leaving
LEFT JOIN worth ON worth.customer_id = leaving.customer_id
GROUP BY hundredth
ORDER BY hundredth
