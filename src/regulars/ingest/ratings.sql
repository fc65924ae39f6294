-- grain: one row per row of a ratings source
-- keys: row_number
-- time: rated_at
SELECT
    row_number,
    customer_id,
    product_id,
    CAST(rating AS DOUBLE) AS rating,
    rated_at,
    CASE
        WHEN customer_id IS NULL THEN 'customer_id'
        WHEN product_id IS NULL THEN 'product_id'
        WHEN rating IS NULL OR abs(rating) >= 100000000000 THEN 'rating'
        WHEN rated_at IS NULL AND rated_at_text IS NOT NULL THEN 'rated_at'
    END AS bad,
    map(['rating'], [rating_is_number]) AS are_numbers
FROM landing_rows
