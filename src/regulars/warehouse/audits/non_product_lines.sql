-- grain: one row per order line that is not of a product: postage, fees, manual entries, samples, vouchers, discounts
-- keys: load_id, part, row_number
SELECT
    line_kind AS about,
    ordered_at AS happened_at,
    amount AS money,
    1 AS n_rows,
    counts_as_revenue,
    load_id,
    part,
    row_number,
    order_id,
    customer_id,
    product_id,
    description,
    quantity,
    unit_price
FROM fct_order_lines
WHERE line_kind <> 'product' AND known_until IS NULL
