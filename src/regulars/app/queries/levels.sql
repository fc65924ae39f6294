-- grain: one row per level of basket rules
-- keys: level
-- time: baskets before the cut-off of the release
SELECT level, count(*) AS n_rules FROM basket_rules GROUP BY level ORDER BY level DESC
