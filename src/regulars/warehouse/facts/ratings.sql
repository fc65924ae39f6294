-- grain: one row per customer, product and instant of a rating
-- keys: customer_id, product_id, rated_at
-- time: rated_at; null means that the source does not tell, and the rating counts as always known
SELECT customer_id, product_id, rating, rated_at, loaded_at, load_id, part, row_number
FROM stg_ratings
WHERE reason IS NULL
