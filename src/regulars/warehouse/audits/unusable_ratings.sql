-- grain: one row per row of a source: a rating outside the scale that the settings name
-- keys: load_id, part, row_number
SELECT
    reason AS about,
    CAST(NULL AS TIMESTAMP) AS happened_at,
    CAST(0 AS DECIMAL(18, 4)) AS money,
    1 AS n_rows,
    reason,
    source,
    load_id,
    part,
    row_number,
    detail,
    customer_id,
    product_id
FROM set_aside
WHERE reason = 'rating_out_of_scale'
