-- grain: one row per row of a table of orders that no line tells of, or that another row of the same order replaces
-- keys: row_number
-- time: ordered_at
SELECT
    a.*,
    a.order_id IS NOT NULL AND h.row_number IS NULL AS is_repeated
FROM landing_all_headers AS a
LEFT JOIN landing_headers AS h ON h.row_number = a.row_number
LEFT JOIN landing_told AS t ON t.order_id = a.order_id
WHERE t.order_id IS NULL
    OR h.row_number IS NULL
