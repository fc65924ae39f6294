-- grain: one row per customer with a purchase day before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff; days are counted to the last observed day
-- parameters: last_observed_day
-- needs: purchase_days
WITH counted AS (
    SELECT
        customer_id,
        min(purchase_day) AS first_day,
        max(purchase_day) AS last_day,
        sum(n_orders) AS n_orders,
        count(*) AS n_days,
        -- a gap at least as long as the day of the month reaches back into an earlier month
        sum(CASE WHEN gap_days IS NULL OR gap_days >= extract(DAY FROM purchase_day) THEN 1 ELSE 0 END) AS n_months
    FROM history_purchase_days
    GROUP BY customer_id
),
measured AS (
    SELECT
        *,
        12 * (extract(YEAR FROM CAST($last_observed_day AS DATE)) - extract(YEAR FROM first_day))
        + extract(MONTH FROM CAST($last_observed_day AS DATE)) - extract(MONTH FROM first_day)
        + 1 AS months_since_first
    FROM counted
)
SELECT
    customer_id,
    CAST(date_diff('day', last_day, CAST($last_observed_day AS DATE)) AS INTEGER) AS days_since_last_order,
    CAST(date_diff('day', first_day, CAST($last_observed_day AS DATE)) AS INTEGER) AS days_since_first_order,
    CAST(date_diff('day', first_day, last_day) AS INTEGER) AS active_span_days,
    CAST(n_orders AS INTEGER) AS n_orders,
    CAST(n_days AS INTEGER) AS n_purchase_days,
    CAST(n_days - 1 AS INTEGER) AS frequency,
    CAST(date_diff('day', first_day, last_day) AS INTEGER) AS recency,
    CAST(date_diff('day', first_day, CAST($last_observed_day AS DATE)) AS INTEGER) AS "T",
    CAST(n_months AS INTEGER) AS active_months_count,
    CAST(n_months AS DOUBLE) / months_since_first AS activity_rate,
    CAST(n_orders AS DOUBLE) / months_since_first AS orders_per_month
FROM measured
