-- grain: one row per customer with an order before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff, on the shop's clock; cancelled orders left out; hours only where the source has them
-- needs: orders
-- reference: concentration = 1 - H / ln(24) with H = ln(N) - sum of n ln(n) over the hours, divided by N (Shannon's entropy)
WITH orders AS (
    SELECT
        customer_id,
        CASE WHEN has_hour THEN extract(HOUR FROM ordered_at) END AS hour,
        date_diff('day', DATE '1900-01-01', order_day) % 7 + 1 AS weekday  -- that day was a Monday
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
),
hour_counts AS (
    SELECT customer_id, hour, count(*) AS n
    FROM orders
    WHERE hour IS NOT NULL
    GROUP BY customer_id, hour
),
hours AS (
    SELECT
        customer_id,
        -- the most orders, then the earliest hour, in one number
        23 - max(24 * n + 23 - hour) % 24 AS preferred_hour,
        sum(n) AS n_orders,
        CAST(sum(CAST(n * ln(n) AS DECIMAL(28, 9))) AS DOUBLE) AS sum_n_ln_n
    FROM hour_counts
    GROUP BY customer_id
),
weekday_counts AS (
    SELECT customer_id, weekday, count(*) AS n
    FROM orders
    GROUP BY customer_id, weekday
),
weekdays AS (
    SELECT
        customer_id,
        7 - max(7 * n + 7 - weekday) % 7 AS preferred_weekday,
        CAST(coalesce(sum(n) FILTER (WHERE weekday >= 6), 0) AS DOUBLE) / sum(n) AS weekend_share
    FROM weekday_counts
    GROUP BY customer_id
)
SELECT
    weekdays.customer_id,
    CAST(hours.preferred_hour AS INTEGER) AS preferred_hour,
    round(1 - (ln(hours.n_orders) - hours.sum_n_ln_n / hours.n_orders) / ln(24), 9) AS hour_concentration,
    CAST(weekdays.preferred_weekday AS INTEGER) AS preferred_weekday,
    weekdays.weekend_share
FROM weekdays
LEFT JOIN hours ON hours.customer_id = weekdays.customer_id
