-- grain: one row per customer and country that is not the one of most of the customer's orders
-- keys: customer_id, country
WITH countries AS (
    SELECT customer_id, country, count(*) AS n_orders, sum(revenue) AS revenue, max(ordered_at) AS happened_at
    FROM fct_orders
    WHERE customer_id IS NOT NULL AND country IS NOT NULL AND known_until IS NULL
    GROUP BY customer_id, country
),
placed AS (
    SELECT
        countries.*,
        first_value(country) OVER most AS usual_country,
        row_number() OVER most AS place
    FROM countries
    WINDOW most AS (PARTITION BY customer_id ORDER BY n_orders DESC, happened_at DESC, country)
)
SELECT
    'customer ' || customer_id || ': ' || usual_country || ' / ' || country AS about,
    happened_at,
    CAST(revenue AS DECIMAL(18, 4)) AS money,
    n_orders AS n_rows,
    customer_id,
    usual_country,
    country
FROM placed
WHERE place > 1
