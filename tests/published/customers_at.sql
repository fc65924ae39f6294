-- grain: one row per customer with a sale before the cut-off: recency, frequency, money, thirteen behavioral metrics, and
--   what happened next
-- time: sold_at < $cutoff for all that describes; [$cutoff, $cutoff + $horizon_days) for days_to_next, spend_next and stayed_away
-- parameters: cutoff, horizon_days
WITH before AS (SELECT * FROM sold WHERE sold_at < CAST($cutoff AS TIMESTAMP)),
orders AS (
    SELECT
        customer, invoice, min(sold_at) AS sold_at, sum(amount) AS amount, sum(quantity) AS units,
        count(DISTINCT product) AS n_products, max(CASE WHEN country = 'United Kingdom' THEN 1 ELSE 0 END) AS is_home
    FROM before
    GROUP BY customer, invoice
),
gaps AS (
    SELECT
        *, epoch(sold_at) - epoch(lag(sold_at) OVER (PARTITION BY customer ORDER BY sold_at, invoice)) AS gap
    FROM orders
),
customers AS (
    SELECT
        customer,
        max(sold_at) AS last_at,
        count(*) AS n_orders,
        sum(amount) AS spend,
        avg(amount) AS mean_order_value,
        max(amount) AS largest_order_value,
        coalesce(stddev_pop(amount), 0) AS order_value_deviation,
        sum(units) AS n_units,
        avg(units) AS units_per_order,
        avg(n_products) AS products_per_order,
        (epoch(max(sold_at)) - epoch(min(sold_at))) / 86400 AS days_first_to_last,
        coalesce(avg(gap) / 86400, -1) AS mean_gap_days,
        coalesce(stddev_pop(gap) / 86400, -1) AS gap_deviation_days,
        count(DISTINCT date_trunc('month', sold_at)) AS n_active_months,
        avg(hour(sold_at)) AS mean_hour,
        avg(CASE WHEN isodow(sold_at) >= 6 THEN 1 ELSE 0 END) AS weekend_share,
        max(is_home) AS is_home
    FROM gaps
    GROUP BY customer
),
next_sales AS (
    SELECT customer, min(sold_at) AS next_at, sum(amount) AS spend_next
    FROM sold
    WHERE
        sold_at >= CAST($cutoff AS TIMESTAMP)
        AND sold_at < CAST($cutoff AS TIMESTAMP) + CAST($horizon_days AS INTEGER) * INTERVAL 1 DAY
    GROUP BY customer
)
SELECT
    (epoch(newest.sold_at) - epoch(customers.last_at)) / 86400 AS recency_days,
    customers.* EXCLUDE (customer, last_at),
    next_sales.customer IS NULL AS stayed_away,
    coalesce(next_sales.spend_next, 0) AS spend_next,
    (epoch(next_sales.next_at) - epoch(CAST($cutoff AS TIMESTAMP))) / 86400 AS days_to_next
FROM customers
CROSS JOIN (SELECT max(sold_at) AS sold_at FROM before) AS newest
LEFT JOIN next_sales ON next_sales.customer = customers.customer
ORDER BY customers.customer
