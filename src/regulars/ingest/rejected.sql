-- grain: one row per row that cannot be landed
-- keys: row_number
-- time: none, it may be what cannot be read
-- Reads landing_judged, landing_names and landing_source.
SELECT
    row_number,
    CASE
        WHEN noun = 'order' THEN 'missing_order'
        WHEN is_number THEN 'amount_out_of_range'
        WHEN value IS NULL THEN 'missing_' || noun
        ELSE 'unreadable_' || noun
    END AS reason,
    CASE
        WHEN noun = 'order' THEN 'no order has the id ' || coalesce(value, '(empty)')
        WHEN value IS NULL THEN source_column || ' is empty'
        WHEN length(value) > 200 THEN source_column || ': ' || substr(value, 1, 200) || '…'
        ELSE source_column || ': ' || value
    END AS detail,
    CAST(to_json(cells) AS JSON) AS cells
FROM (
    SELECT
        j.row_number,
        n.noun,
        n.source_column,
        coalesce(j.are_numbers[j.bad], false) AS is_number,
        CASE
            WHEN trim(concat_ws(' ', s.cells[n.source_column], s.cells[n.beside])) NOT IN
                ('', 'NULL', 'null', 'None', 'NaN', 'nan', 'NaT', 'N/A', 'n/a', 'NA', '#N/A', '-')
                OR coalesce(j.are_numbers[j.bad], false)
                THEN trim(concat_ws(' ', s.cells[n.source_column], s.cells[n.beside]))
        END AS value,
        s.cells
    FROM landing_judged AS j
    INNER JOIN landing_names AS n ON n.field = j.bad
    INNER JOIN landing_source AS s ON s.row_number = j.row_number
    WHERE j.bad IS NOT NULL
)
