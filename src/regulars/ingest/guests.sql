-- grain: one row per row of an orders source
-- keys: row_number
-- time: ordered_at
-- Who bought as a guest, without an id or with a word for nobody, is told apart by the e-mail address. A guest whose
-- address belongs to one id is that customer.
SELECT named.* REPLACE (
    CASE
        WHEN named.customer_id IS NULL OR nobodies.customer_id IS NOT NULL
            THEN coalesce(known.customer_id, lower(nullif(trim(named.email), '')))
        ELSE named.customer_id
    END AS customer_id
)
FROM landing_named AS named
LEFT JOIN landing_nobodies AS nobodies ON nobodies.customer_id = named.customer_id
LEFT JOIN landing_known_addresses AS known ON known.address = lower(nullif(trim(named.email), ''))
