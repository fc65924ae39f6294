-- grain: one row per point of a ROC or precision-recall curve
-- keys: model, point
-- time: the past cut-off
-- parameters: target, horizon_days, cutoff, curve
SELECT model, point, x, y, threshold
FROM curves
WHERE target = $target AND horizon_days = $horizon_days AND cutoff = CAST($cutoff AS TIMESTAMP) AND curve = $curve
ORDER BY model, point
