-- grain: one row per customer with a purchase day before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff; gaps lie between consecutive purchase days
-- units: days
-- parameters: last_observed_day
-- needs: purchase_days
-- reference: Zhang, Bradlow & Small (2015), Predicting Customer Value Using Clumpiness: From RFM to RFMC, Marketing
--   Science 34(2), the entropy measure H_p = 1 + sum of x_i ln(x_i) over i = 1 … n + 1, divided by ln(n + 1), where the
--   x_i are the shares of the N + 1 days that lie before the first event, between events and after the last; here day 1
--   is the first purchase day and day N the last observed one
WITH gaps AS (
    SELECT
        customer_id,
        min(purchase_day) AS first_day,
        max(purchase_day) AS last_day,
        count(*) AS n_days,
        count(gap_days) AS n,
        sum(gap_days) AS total,
        sum(CAST(gap_days AS BIGINT) * gap_days) AS sum_squares,
        max(gap_days) AS longest,
        quantile_cont(gap_days, 0.5) AS middle,
        -- rounded to a fixed number of places, so that the order of adding cannot matter
        sum(CAST(gap_days * ln(gap_days) AS DECIMAL(28, 9))) AS sum_x_ln_x
    FROM history_purchase_days
    GROUP BY customer_id
),
measured AS (
    SELECT
        *,
        CAST(total AS DOUBLE) / nullif(n, 0) AS mean_gap,
        CASE
            WHEN n >= 2
                THEN sqrt(CAST(n * sum_squares - total * total AS DOUBLE) / (CAST(n AS DOUBLE) * (n - 1)))
        END AS std_gap,
        date_diff('day', last_day, CAST($last_observed_day AS DATE)) AS days_since,
        date_diff('day', first_day, CAST($last_observed_day AS DATE)) + 2 AS n_plus_1,
        date_diff('day', last_day, CAST($last_observed_day AS DATE)) + 1 AS open_gap
    FROM gaps
)
SELECT
    measured.customer_id,
    measured.mean_gap AS mean_days_between_orders,
    CAST(measured.middle AS DOUBLE) AS median_days_between_orders,
    measured.std_gap AS std_days_between_orders,
    CAST(measured.longest AS INTEGER) AS max_days_between_orders,
    measured.std_gap / measured.mean_gap AS days_between_orders_cv,
    measured.days_since / coalesce(measured.middle, shop.median_days_between_orders) AS overdue_ratio,
    greatest(measured.days_since - coalesce(measured.middle, shop.median_days_between_orders), 0) AS overdue_days,
    CASE
        WHEN measured.n_days >= 3
            THEN 1 + (
                (CAST(measured.sum_x_ln_x AS DOUBLE) + measured.open_gap * ln(measured.open_gap)) / measured.n_plus_1
                - ln(measured.n_plus_1)
            ) / ln(measured.n_days + 1)
    END AS clumpiness
FROM measured
CROSS JOIN shop_statistics AS shop
