-- grain: one row per customer id or e-mail address that a test pattern fits
-- keys: name
WITH names AS (
    SELECT customer_id AS name FROM raw_order_lines WHERE customer_id IS NOT NULL
    UNION
    SELECT email AS name FROM raw_order_lines WHERE email IS NOT NULL
    UNION
    SELECT customer_id AS name FROM raw_ratings WHERE customer_id IS NOT NULL
)
SELECT DISTINCT names.name
FROM names
INNER JOIN stg_test_patterns AS patterns ON upper(trim(names.name)) LIKE patterns.pattern ESCAPE '\'
