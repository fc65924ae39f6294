-- grain: one row per reason and source for which rows were set aside
-- keys: reason, source
-- time: timeless: what was loaded, whenever it was dated
SELECT reason, source, count(*) AS n_rows, sum(amount) AS money
FROM set_aside
GROUP BY reason, source
ORDER BY n_rows DESC, reason, source
