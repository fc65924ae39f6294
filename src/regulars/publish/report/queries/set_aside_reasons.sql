-- grain: one row per reason for which rows were set aside, with one of them as an example
-- keys: reason
-- time: none; it is about the data as loaded
SELECT
    reason,
    count(*) AS n_rows,
    sum(amount) AS money,
    min(source) AS source,
    min(row_number) AS row_number
FROM set_aside
GROUP BY reason
ORDER BY abs(coalesce(sum(amount), 0)) DESC, count(*) DESC, reason
