-- grain: one row per row that gives back and for which no order could be found
-- keys: load_id, part, row_number
SELECT
    CASE WHEN line_kind = 'product' THEN coalesce(description, product_id) ELSE line_kind END AS about,
    returned_at AS happened_at,
    amount AS money,
    1 AS n_rows,
    load_id,
    part,
    row_number,
    return_id,
    customer_id,
    product_id,
    description,
    quantity
FROM fct_returns
WHERE link = 'none'
