-- grain: one row per customer and instant at which a source says something of them
-- keys: customer_id, valid_from
-- time: valid_from; null means always
-- A row holds what was said then and no more: what an earlier row said and this one leaves open still holds.
-- Orders speak where they say something else than the order before them.
WITH orders AS (
    SELECT
        customer_id,
        greatest(ordered_at, coalesce(known_from, ordered_at)) AS valid_from,
        min(country) AS country,
        bool_and(consent) AS consent,
        min(email) AS email
    FROM stg_settled
    WHERE side = 'sale' AND customer_id IS NOT NULL
    GROUP BY customer_id, greatest(ordered_at, coalesce(known_from, ordered_at))
),
constant AS (
    SELECT customer_id, min(valid_from) AS valid_from, min(country) AS country, bool_and(consent) AS consent,
        min(email) AS email
    FROM orders
    GROUP BY customer_id
    HAVING (count(country) = 0 OR (count(country) = count(*) AND min(country) = max(country)))
        AND (count(consent) = 0 OR (count(consent) = count(*) AND bool_and(consent) = bool_or(consent)))
        AND (count(email) = 0 OR (count(email) = count(*) AND min(email) = max(email)))
),
sequence AS (
    SELECT
        orders.*,
        row_number() OVER by_time AS place,
        lag(orders.country) OVER by_time AS last_country,
        lag(orders.consent) OVER by_time AS last_consent,
        lag(orders.email) OVER by_time AS last_email
    FROM orders
    LEFT JOIN constant ON constant.customer_id = orders.customer_id
    WHERE constant.customer_id IS NULL
    WINDOW by_time AS (PARTITION BY orders.customer_id ORDER BY orders.valid_from)
),
told AS (
    SELECT customer_id, valid_from, CAST(NULL AS TIMESTAMP) AS signed_up_at, CAST(NULL AS VARCHAR) AS name, email,
        country, consent, CAST(NULL AS VARCHAR) AS attributes, 0 AS batch_id, 0 AS load_id, '' AS part, 0 AS row_number
    FROM constant
    UNION ALL
    SELECT customer_id, valid_from, NULL, NULL, email, country, consent, NULL, 0, 0, '', 0
    FROM sequence
    WHERE place = 1
        OR country IS DISTINCT FROM last_country
        OR consent IS DISTINCT FROM last_consent
        OR email IS DISTINCT FROM last_email
    UNION ALL
    SELECT
        CASE
            WHEN regexp_matches(trim(raw.customer_id), '^[0-9]+[.]0$') THEN replace(trim(raw.customer_id), '.0', '')
            ELSE nullif(trim(raw.customer_id), '')
        END,
        raw.valid_from,
        raw.signed_up_at,
        nullif(trim(raw.name), ''),
        nullif(trim(raw.email), ''),
        nullif(trim(raw.country), ''),
        raw.consent,
        CAST(raw.attributes AS VARCHAR),
        loads.batch_id,
        raw.load_id,
        coalesce(raw.part, ''),
        raw.row_number
    FROM raw_customers AS raw
    INNER JOIN raw_loads AS loads ON loads.load_id = raw.load_id
),
placed AS (
    SELECT told.*, (batch_id, load_id, part, row_number) AS place FROM told WHERE customer_id IS NOT NULL
)
SELECT
    customer_id,
    valid_from,
    max_by(signed_up_at, place) FILTER (WHERE signed_up_at IS NOT NULL) AS signed_up_at,
    max_by(name, place) FILTER (WHERE name IS NOT NULL) AS name,
    max_by(email, place) FILTER (WHERE email IS NOT NULL) AS email,
    max_by(country, place) FILTER (WHERE country IS NOT NULL) AS country,
    max_by(consent, place) FILTER (WHERE consent IS NOT NULL) AS consent,
    CAST(max_by(attributes, place) FILTER (WHERE attributes IS NOT NULL) AS JSON) AS attributes
FROM placed
GROUP BY customer_id, valid_from
