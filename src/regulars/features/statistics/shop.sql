-- grain: one row: what a customer is compared with, from histories alone
-- keys: cutoff
-- time: everything before $cutoff
-- parameters: cutoff
-- needs: customers, orders, purchase_days, customer_products
WITH price_counts AS (
    SELECT coalesce(category, '') AS category, product_id, unit_price, count(*) AS n
    FROM history_customer_products
    GROUP BY coalesce(category, ''), product_id, unit_price
),
price_places AS (
    SELECT
        category,
        unit_price,
        row_number() OVER (PARTITION BY category, product_id ORDER BY n DESC, unit_price) AS place
    FROM price_counts
),
usual_prices AS (  -- the price at which most customers met a product
    SELECT
        category,
        unit_price,
        row_number() OVER (PARTITION BY category ORDER BY unit_price) AS price_rank,
        count(*) OVER (PARTITION BY category) AS n
    FROM price_places
    WHERE place = 1
),
hundred AS (
    SELECT unnest(range(1, 101)) AS k
),
price_boundaries AS (  -- 100 per category, at the middle of each hundredth
    SELECT usual_prices.category, usual_prices.unit_price AS boundary, hundred.k
    FROM usual_prices
    INNER JOIN hundred
        ON usual_prices.price_rank = CAST(ceil((2 * hundred.k - 1) * usual_prices.n / 200.0) AS BIGINT)
),
countries AS (
    SELECT country, count(*) AS n
    FROM history_customers
    WHERE country IS NOT NULL
    GROUP BY country
)
SELECT
    CAST($cutoff AS TIMESTAMP) AS cutoff,
    (SELECT count(*) FROM history_customers) AS n_customers,
    (SELECT count(*) FROM history_customers WHERE is_buyer) AS n_buyers,
    (SELECT min(ordered_at) FROM history_orders) AS first_ordered_at,
    (SELECT quantile_cont(gap_days, 0.5) FROM history_purchase_days WHERE gap_days IS NOT NULL)
        AS median_days_between_orders,
    (SELECT country FROM countries ORDER BY n DESC, country LIMIT 1) AS home_country,
    (SELECT list(struct_pack(category := category, boundary := boundary) ORDER BY category, k) FROM price_boundaries)
        AS price_boundaries
