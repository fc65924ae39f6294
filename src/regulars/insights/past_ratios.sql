-- grain: one row per past cut-off at which the shipped model of value was judged
-- keys: cutoff
-- time: outcomes before the cut-off of the release
-- parameters: horizon_days
SELECT
    cutoff,
    max(CASE WHEN metric = 'actual_total' THEN value END)
    / nullif(max(CASE WHEN metric = 'predicted_total' THEN value END), 0) AS ratio
FROM backtests
WHERE target = 'value' AND is_winner AND horizon_days = CAST($horizon_days AS INTEGER)
GROUP BY cutoff
ORDER BY cutoff
