-- grain: one row per row of a source that names its products, without a description
-- keys: load_id, part, row_number
SELECT
    coalesce(raw.product_id, 'no product code') AS about,
    raw.ordered_at AS happened_at,
    coalesce(raw.amount, TRY_CAST(CAST(raw.quantity AS DECIMAL(20, 4)) * raw.unit_price AS DECIMAL(18, 4)), 0) AS money,
    1 AS n_rows,
    raw.load_id,
    raw.part,
    raw.row_number,
    raw.order_id,
    raw.customer_id,
    raw.quantity,
    raw.unit_price
FROM raw_order_lines AS raw
INNER JOIN (
    SELECT load_id FROM raw_order_lines WHERE description IS NOT NULL GROUP BY load_id
) AS described ON described.load_id = raw.load_id
WHERE nullif(trim(raw.description), '') IS NULL
