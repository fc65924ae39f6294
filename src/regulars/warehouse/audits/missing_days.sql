-- grain: one row per day without an order, of a weekday on which the shop usually has some
-- keys: day
-- A weekday is usual when at least four of five of its days from the first order to the last have orders. Money is the
-- mean revenue of that weekday.
WITH days AS (
    SELECT CAST(ordered_at AS DATE) AS day, sum(revenue) AS revenue
    FROM fct_orders
    WHERE known_until IS NULL
    GROUP BY CAST(ordered_at AS DATE)
),
calendar AS (
    SELECT CAST(unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS DATE) AS day FROM days
),
traded AS (
    SELECT calendar.day, dayofweek(calendar.day) AS weekday, days.revenue
    FROM calendar
    LEFT JOIN days ON days.day = calendar.day
),
weekdays AS (
    SELECT weekday, avg(CAST(revenue AS DOUBLE)) AS mean_revenue
    FROM traded
    GROUP BY weekday
    HAVING count(revenue) >= 0.8 * count(*) AND count(*) >= 4
)
SELECT
    strftime(traded.day, '%Y-%m-%d') AS about,
    CAST(traded.day AS TIMESTAMP) AS happened_at,
    CAST(weekdays.mean_revenue AS DECIMAL(18, 4)) AS money,
    1 AS n_rows,
    traded.day
FROM traded
INNER JOIN weekdays ON weekdays.weekday = traded.weekday
WHERE traded.revenue IS NULL
