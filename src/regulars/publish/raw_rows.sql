-- grain: one row per row of raw_order_lines that is about a customer
-- keys: load_id, part, row_number
-- time: none: rows as they were landed, whatever cut-off a release has
-- whose is the customer as the facts call them; a row that names nobody is about the customers of its order's other rows
WITH named AS (
    SELECT
        raw.*,
        CASE
            WHEN regexp_matches(trim(customer_id), '^[0-9]+[.]0$') THEN replace(trim(customer_id), '.0', '')
            ELSE nullif(trim(customer_id), '')
        END AS named
    FROM raw_order_lines AS raw
),
half_named AS (
    SELECT order_id
    FROM named
    WHERE order_id IS NOT NULL
    GROUP BY order_id
    HAVING count(named) > 0 AND count(named) < count(*)
),
buyers AS (
    SELECT DISTINCT named.order_id, named.named AS whose
    FROM named
    INNER JOIN half_named ON half_named.order_id = named.order_id
    WHERE named.named IS NOT NULL
)
SELECT named AS whose, * EXCLUDE (named)
FROM named
WHERE named IS NOT NULL
UNION ALL
SELECT buyers.whose, named.* EXCLUDE (named)
FROM named
INNER JOIN buyers ON buyers.order_id = named.order_id
WHERE named.named IS NULL
