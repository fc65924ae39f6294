-- grain: one row per track and point of the map; customers who are set apart would stretch it and are left out
-- parameters: most (points of each track)
SELECT track, cluster, round(x, 3) AS x, round(y, 3) AS y
FROM cluster_map
WHERE cluster > 0 AND point <= $most
ORDER BY track, point
