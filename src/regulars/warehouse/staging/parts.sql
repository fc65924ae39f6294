-- grain: one row per section of a part of an orders load
-- keys: copy
-- time: none; loaded_at is put on the shop's clock so that rows from the future can be told
-- parameters: timezone
-- A copy is one telling of orders. Copies are numbered in the order in which they came; none of one batch is newer
-- than another.
WITH sections AS (
    SELECT load_id, part, section, count(updated_at) AS n_stamped
    FROM raw_order_lines
    GROUP BY load_id, part, section
)
SELECT
    sections.load_id,
    sections.part,
    sections.section,
    sections.n_stamped,
    CAST(row_number() OVER (
        ORDER BY loads.batch_id, sections.load_id, sections.part NULLS FIRST, sections.section
    ) AS INTEGER) AS copy,
    CAST(dense_rank() OVER (ORDER BY sections.load_id, sections.part NULLS FIRST) AS BIGINT) AS part_number,
    loads.batch_id,
    loads.source,
    coalesce(loads.has_hours, TRUE) AS has_hour,
    timezone(CAST($timezone AS VARCHAR), timezone('UTC', loads.loaded_at)) AS loaded_at
FROM sections
INNER JOIN raw_loads AS loads ON loads.load_id = sections.load_id
