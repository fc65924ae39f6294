-- grain: one row per row of an orders source
-- keys: row_number
-- time: ordered_at
-- Who bought as a guest is told apart by the e-mail address: rows without an id, and rows with a word for nobody that
-- goes with several addresses (WooCommerce writes 0). A guest whose address belongs to one id is that customer.
WITH addressed AS (
    SELECT *, lower(nullif(trim(email), '')) AS address FROM landing_named
),
nobodies AS (
    SELECT customer_id
    FROM addressed
    WHERE lower(trim(customer_id)) IN ('0', '0.0', '-1', 'guest', 'gast', 'anonymous')
    GROUP BY customer_id
    HAVING count(DISTINCT address) > 1
),
known AS (
    SELECT address, min(customer_id) AS customer_id
    FROM addressed
    WHERE address IS NOT NULL AND customer_id NOT IN (SELECT customer_id FROM nobodies)
    GROUP BY address
    HAVING count(DISTINCT customer_id) = 1
)
SELECT addressed.* EXCLUDE (address) REPLACE (
    CASE
        WHEN addressed.customer_id IS NULL OR nobodies.customer_id IS NOT NULL
            THEN coalesce(known.customer_id, addressed.address)
        ELSE addressed.customer_id
    END AS customer_id
)
FROM addressed
LEFT JOIN nobodies ON nobodies.customer_id = addressed.customer_id
LEFT JOIN known ON known.address = addressed.address
