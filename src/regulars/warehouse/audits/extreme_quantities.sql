-- grain: one row per line, sold or returned, of at least so many units
-- keys: load_id, part, row_number
-- parameters: extreme_quantity
SELECT
    coalesce(description, product_id, order_id) AS about,
    ordered_at AS happened_at,
    amount AS money,
    1 AS n_rows,
    'sold' AS direction,
    load_id,
    part,
    row_number,
    order_id,
    customer_id,
    product_id,
    quantity
FROM fct_order_lines
WHERE quantity >= $extreme_quantity AND known_until IS NULL
UNION ALL
SELECT
    coalesce(description, product_id, return_id),
    returned_at,
    -amount,
    1,
    'returned',
    load_id,
    part,
    row_number,
    return_id,
    customer_id,
    product_id,
    quantity
FROM fct_returns
WHERE quantity >= $extreme_quantity AND is_row
