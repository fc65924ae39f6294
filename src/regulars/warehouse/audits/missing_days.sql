-- grain: one row per day without an order, of a weekday on which the shop usually has some
-- keys: day
-- A weekday is usual when at least four of five of its days from the first order to the last have orders. Days of usual
-- weekdays that follow one another without an order are missing where chance would hardly leave them empty: no order where
-- m are expected has the probability e^-m, and fewer than one shop in a hundred would have such a stretch anywhere. So a
-- busy shop is told of a single day, a small one of some in a row. Expected is the mean of the weekday in the eight weeks
-- before and after, so that days when a shop was smaller are held against that time. Money is the mean revenue of that
-- weekday.
WITH days AS (
    SELECT CAST(ordered_at AS DATE) AS day, count(*) AS n_orders, sum(revenue) AS revenue
    FROM fct_orders
    WHERE known_until IS NULL
    GROUP BY CAST(ordered_at AS DATE)
),
calendar AS (
    SELECT CAST(unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS DATE) AS day FROM days
),
traded AS (
    SELECT
        calendar.day,
        dayofweek(calendar.day) AS weekday,
        days.n_orders,
        days.revenue,
        avg(coalesce(days.n_orders, 0)) OVER (
            PARTITION BY dayofweek(calendar.day) ORDER BY calendar.day ROWS BETWEEN 8 PRECEDING AND 8 FOLLOWING
        ) AS expected_orders
    FROM calendar
    LEFT JOIN days ON days.day = calendar.day
),
weekdays AS (
    SELECT weekday, avg(CAST(revenue AS DOUBLE)) AS mean_revenue
    FROM traded
    GROUP BY weekday
    HAVING count(revenue) >= 0.8 * count(*) AND count(*) >= 4
),
usual AS (
    SELECT
        traded.day,
        traded.n_orders,
        traded.expected_orders,
        weekdays.mean_revenue,
        count(*) OVER () AS n_days,
        count(traded.n_orders) OVER (ORDER BY traded.day) AS n_days_with_orders_before
    FROM traded
    INNER JOIN weekdays ON weekdays.weekday = traded.weekday
),
stretches AS (
    SELECT
        day,
        mean_revenue,
        n_days,
        sum(expected_orders) OVER (PARTITION BY n_days_with_orders_before) AS expected_orders
    FROM usual
    WHERE n_orders IS NULL
)
SELECT
    strftime(day, '%Y-%m-%d') AS about,
    CAST(day AS TIMESTAMP) AS happened_at,
    CAST(mean_revenue AS DECIMAL(18, 4)) AS money,
    1 AS n_rows,
    day
FROM stretches
WHERE n_days * exp(-expected_orders) < 0.01
