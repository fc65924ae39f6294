-- grain: one row per row of a products source
-- keys: row_number
-- time: none, a product list says what is
SELECT
    row_number,
    product_id,
    description,
    category,
    unit_price,
    unit_cost,
    attributes,
    CASE
        WHEN product_id IS NULL THEN 'product_id'
        WHEN unit_price IS NULL AND unit_price_text IS NOT NULL OR abs(unit_price) >= 100000000000 THEN 'unit_price'
        WHEN unit_cost IS NULL AND unit_cost_text IS NOT NULL OR abs(unit_cost) >= 100000000000 THEN 'unit_cost'
    END AS bad,
    map(['unit_price', 'unit_cost'], [unit_price_is_number, unit_cost_is_number]) AS are_numbers
FROM landing_rows
