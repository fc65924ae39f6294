-- grain: one row per order line that counts and has no customer
-- keys: load_id, part, row_number
SELECT
    strftime(ordered_at, '%Y-%m') AS about,
    ordered_at AS happened_at,
    amount AS money,
    1 AS n_rows,
    load_id,
    part,
    row_number,
    order_id,
    product_id,
    description,
    quantity,
    unit_price
FROM fct_order_lines
WHERE customer_id IS NULL AND counts_as_revenue AND known_until IS NULL
