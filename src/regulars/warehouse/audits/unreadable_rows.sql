-- grain: one row per row of a source that could not be read
-- keys: load_id, part, row_number, reason
SELECT
    rejects.reason AS about,
    CAST(NULL AS TIMESTAMP) AS happened_at,
    CAST(0 AS DECIMAL(18, 4)) AS money,
    1 AS n_rows,
    loads.source,
    rejects.load_id,
    rejects.part,
    rejects.row_number,
    rejects.detail,
    rejects.cells
FROM raw_rejects AS rejects
INNER JOIN raw_loads AS loads ON loads.load_id = rejects.load_id
