-- grain: one row per target, horizon, model and past cut-off that has curves
-- keys: target, horizon_days, model, cutoff
-- time: past cut-offs
SELECT DISTINCT target, horizon_days, model, cutoff
FROM curves
ORDER BY target, horizon_days, model, cutoff
