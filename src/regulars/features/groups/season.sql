-- grain: one row per customer of the spine
-- keys: customer_id
-- time: ordered_at < $cutoff; the same window last year is [$cutoff - 365 days, that + $horizon_days)
-- parameters: cutoff, horizon_days
-- needs: customers, orders, returns
WITH quarter_counts AS (
    SELECT customer_id, extract(QUARTER FROM order_day) AS quarter, count(*) AS n
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id, extract(QUARTER FROM order_day)
),
quarters AS (
    SELECT
        customer_id,
        4 - max(4 * n + 4 - quarter) % 4 AS preferred_quarter,
        sum(n) AS n_orders,
        CAST(sum(CAST(n * ln(n) AS DECIMAL(28, 9))) AS DOUBLE) AS sum_n_ln_n
    FROM quarter_counts
    GROUP BY customer_id
),
events AS (
    SELECT
        customer_id,
        ordered_at AS happened_at,
        revenue AS amount,
        CASE WHEN NOT is_cancelled THEN 1 ELSE 0 END AS n_orders
    FROM history_orders
    WHERE customer_id IS NOT NULL
    UNION ALL
    SELECT customer_id, returned_at, -amount, 0
    FROM history_returns
    WHERE customer_id IS NOT NULL AND counts_as_revenue
),
last_year AS (
    SELECT customer_id, sum(n_orders) AS n_orders, sum(amount) AS amount
    FROM events
    WHERE happened_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 365 DAY
        AND happened_at < CAST($cutoff AS TIMESTAMP) - INTERVAL 365 DAY + $horizon_days * INTERVAL 1 DAY
    GROUP BY customer_id
),
shop AS (
    SELECT first_ordered_at <= CAST($cutoff AS TIMESTAMP) - INTERVAL 365 DAY AS has_last_year
    FROM shop_statistics
)
SELECT
    customers.customer_id,
    CAST(quarters.preferred_quarter AS INTEGER) AS preferred_quarter,
    round(1 - (ln(quarters.n_orders) - quarters.sum_n_ln_n / quarters.n_orders) / ln(4), 9) AS quarter_concentration,
    CASE WHEN shop.has_last_year THEN CAST(coalesce(last_year.n_orders, 0) AS INTEGER) END
        AS n_orders_same_window_last_year,
    CASE WHEN shop.has_last_year THEN CAST(coalesce(last_year.amount, 0) AS DOUBLE) END
        AS revenue_same_window_last_year,
    sin(2 * pi() * extract(DOY FROM CAST($cutoff AS TIMESTAMP)) / 365.25) AS cutoff_day_of_year_sin,
    cos(2 * pi() * extract(DOY FROM CAST($cutoff AS TIMESTAMP)) / 365.25) AS cutoff_day_of_year_cos
FROM history_customers AS customers
CROSS JOIN shop
LEFT JOIN quarters ON quarters.customer_id = customers.customer_id
LEFT JOIN last_year ON last_year.customer_id = customers.customer_id
