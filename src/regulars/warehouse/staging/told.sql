-- grain: one row per row of a flagged order: which order it tells of, and as of when
-- keys: line_id
-- An order of a source with update stamps is known by its id; any other by its id and day, because receipt numbers
-- start again. Where no copy tells a product of the order at two stamps, stamps belong to lines, not to versions: the last
-- of a copy counts. told_at is what copies are compared by: the day, where one of them has no hours.
WITH rows_told AS (
    SELECT
        lines.*,
        CASE
            WHEN bool_and(has_hour) OVER (PARTITION BY lines.order_id) THEN ordered_at
            ELSE CAST(CAST(ordered_at AS DATE) AS TIMESTAMP)
        END AS told_at
    FROM stg_lines AS lines
    INNER JOIN stg_flagged AS flagged ON flagged.order_id = lines.order_id
),
copies AS (
    SELECT
        order_id,
        copy,
        max(updated_at) AS last_stamp,
        count(DISTINCT updated_at) AS n_stamps,
        count(DISTINCT coalesce(product_id, '')) AS n_products,
        count(DISTINCT (coalesce(product_id, ''), updated_at)) AS n_products_at_stamps
    FROM rows_told
    GROUP BY order_id, copy
),
stamped AS (
    SELECT
        order_id,
        count(last_stamp) > 0 AS has_stamp,
        bool_and(n_products_at_stamps = n_products) AS is_stamped_by_line
    FROM copies
    GROUP BY order_id
)
SELECT
    rows_told.*,
    stamped.has_stamp,
    CASE WHEN stamped.has_stamp THEN NULL ELSE CAST(rows_told.ordered_at AS DATE) END AS identity_day,
    CASE
        WHEN copies.n_stamps > 1 AND stamped.is_stamped_by_line THEN copies.last_stamp
        ELSE rows_told.updated_at
    END AS stamp
FROM rows_told
INNER JOIN copies ON copies.order_id = rows_told.order_id AND copies.copy = rows_told.copy
INNER JOIN stamped ON stamped.order_id = rows_told.order_id
