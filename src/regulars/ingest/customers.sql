-- grain: one row per row of a customers source
-- keys: row_number
-- time: valid_from
SELECT
    row_number,
    customer_id,
    signed_up_at,
    valid_from,
    name,
    email,
    country,
    CASE
        WHEN lower(trim(consent)) IN ('yes', 'y', 'true', 't', '1', 'ja', 'oui', 'si', 'sí', 'subscribed') THEN true
        WHEN lower(trim(consent)) IN ('no', 'n', 'false', 'f', '0', 'nein', 'non', 'unsubscribed', 'not_subscribed', 'not subscribed')
            THEN false
    END AS consent,
    attributes,
    CASE
        WHEN customer_id IS NULL THEN 'customer_id'
        WHEN signed_up_at IS NULL AND signed_up_at_text IS NOT NULL THEN 'signed_up_at'
        WHEN valid_from IS NULL AND valid_from_text IS NOT NULL THEN 'valid_from'
    END AS bad,
    map(['customer_id'], [false]) AS are_numbers
FROM landing_rows
