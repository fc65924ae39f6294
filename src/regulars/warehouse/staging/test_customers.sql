-- grain: one row per customer id or e-mail address that a test pattern fits
-- keys: name
-- Patterns that fit more than half of all ids, or of all addresses, tell no tests apart: such an export is anonymized.
WITH names AS (
    SELECT 'id' AS kind, customer_id AS name FROM raw_order_lines WHERE customer_id IS NOT NULL
    UNION
    SELECT 'address' AS kind, email AS name FROM raw_order_lines WHERE email IS NOT NULL
    UNION
    SELECT 'id' AS kind, customer_id AS name FROM raw_ratings WHERE customer_id IS NOT NULL
),
fitting AS (
    SELECT DISTINCT names.kind, names.name
    FROM names
    INNER JOIN stg_test_patterns AS patterns ON upper(trim(names.name)) LIKE patterns.pattern ESCAPE '\'
),
telling AS (
    SELECT names.kind
    FROM names
    LEFT JOIN fitting ON fitting.kind = names.kind AND fitting.name = names.name
    GROUP BY names.kind
    HAVING 2 * count(fitting.name) <= count(*)
)
SELECT DISTINCT fitting.name
FROM fitting
INNER JOIN telling ON telling.kind = fitting.kind
