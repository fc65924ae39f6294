-- grain: one row per row of a source: with a price of zero or less
-- keys: load_id, part, row_number
SELECT
    reason AS about,
    ordered_at AS happened_at,
    coalesce(amount, 0) AS money,
    1 AS n_rows,
    reason,
    source,
    load_id,
    part,
    row_number,
    detail,
    order_id,
    customer_id,
    product_id,
    description,
    quantity,
    unit_price
FROM set_aside
WHERE reason IN ('zero_price', 'stock_adjustment', 'negative_price')
