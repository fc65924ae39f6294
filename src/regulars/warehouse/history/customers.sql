-- grain: one row per customer with an order, a dated sign-up or a rating before the cut-off: the spine; where nobody had
--   ordered or rated before it, also those described without a date
-- keys: customer_id
-- time: what was said of a customer before $cutoff, the latest word on each attribute; words without a date come
--   before all dated ones, and were not known before the sign-up; an order says the country at its instant
-- parameters: cutoff, customer_id (null for everybody)
-- needs: orders, ratings
WITH said AS (
    SELECT
        customer_id,
        coalesce(valid_from, TIMESTAMP '0001-01-01 00:00:00') AS said_at,
        CASE WHEN signed_up_at < CAST($cutoff AS TIMESTAMP) THEN signed_up_at END AS signed_up_at,
        name,
        email,
        country,
        consent,
        CAST(attributes AS VARCHAR) AS attributes
    FROM dim_customers
    WHERE (coalesce(valid_from, signed_up_at) IS NULL OR coalesce(valid_from, signed_up_at) < CAST($cutoff AS TIMESTAMP))
        AND (CAST($customer_id AS VARCHAR) IS NULL OR customer_id = CAST($customer_id AS VARCHAR))
),
described AS (
    SELECT
        customer_id,
        min(signed_up_at) AS signed_up_at,
        max(CASE WHEN country IS NOT NULL THEN said_at END) AS country_said_at,
        max_by(country, said_at) FILTER (WHERE country IS NOT NULL) AS country,
        max_by(consent, said_at) FILTER (WHERE consent IS NOT NULL) AS consent,
        max_by(name, said_at) FILTER (WHERE name IS NOT NULL) AS name,
        max_by(email, said_at) FILTER (WHERE email IS NOT NULL) AS email,
        max_by(attributes, said_at) FILTER (WHERE attributes IS NOT NULL) AS attributes
    FROM said
    GROUP BY customer_id
),
bought AS (
    SELECT
        customer_id,
        count(*) FILTER (WHERE NOT is_cancelled) > 0 AS is_buyer,
        max(CASE WHEN country IS NOT NULL THEN ordered_at END) AS country_said_at
    FROM history_orders
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),
latest_countries AS (  -- two orders of one instant from two countries: the first by name
    SELECT orders.customer_id, min(orders.country) AS country
    FROM history_orders AS orders
    INNER JOIN bought
        ON bought.customer_id = orders.customer_id
        AND bought.country_said_at = orders.ordered_at
    WHERE orders.country IS NOT NULL
    GROUP BY orders.customer_id
),
rated AS (
    SELECT DISTINCT customer_id FROM history_ratings
)
SELECT
    coalesce(bought.customer_id, described.customer_id, rated.customer_id) AS customer_id,
    described.signed_up_at,
    CASE
        WHEN bought.country_said_at IS NULL OR described.country_said_at > bought.country_said_at
            THEN described.country
        ELSE latest_countries.country
    END AS country,
    described.consent,
    described.name,
    described.email,
    CAST(described.attributes AS JSON) AS attributes,
    coalesce(bought.is_buyer, FALSE) AS is_buyer
FROM bought
FULL OUTER JOIN described ON described.customer_id = bought.customer_id
FULL OUTER JOIN rated ON rated.customer_id = coalesce(bought.customer_id, described.customer_id)
LEFT JOIN latest_countries ON latest_countries.customer_id = bought.customer_id
WHERE bought.customer_id IS NOT NULL
    OR described.signed_up_at IS NOT NULL
    OR rated.customer_id IS NOT NULL
    OR ((SELECT count(*) FROM bought) = 0 AND (SELECT count(*) FROM rated) = 0)
