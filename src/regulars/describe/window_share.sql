-- grain: one row: how much of what was placed falls on some weekdays, into some hours, and into both at once
-- time: orders before the cut-off that were not taken back
-- parameters: segment, first_weekday, last_weekday, from_hour, to_hour (not itself included)
SELECT
    CAST(sum(revenue) FILTER (WHERE on_day AND in_hours) AS DOUBLE) / nullif(CAST(sum(revenue) AS DOUBLE), 0)
        AS revenue_share,
    CAST(sum(revenue) FILTER (WHERE on_day) AS DOUBLE) / nullif(CAST(sum(revenue) AS DOUBLE), 0)
        AS weekday_revenue_share,
    CAST(sum(revenue) FILTER (WHERE in_hours) AS DOUBLE) / nullif(CAST(sum(revenue) AS DOUBLE), 0)
        AS hour_revenue_share,
    CAST(sum(n_orders) FILTER (WHERE on_day AND in_hours) AS DOUBLE) / nullif(CAST(sum(n_orders) AS DOUBLE), 0)
        AS order_share,
    CAST(coalesce(sum(n_orders), 0) AS BIGINT) AS n_orders
FROM (
    SELECT
        revenue,
        n_orders,
        weekday BETWEEN $first_weekday AND $last_weekday AS on_day,
        hour >= $from_hour AND hour < $to_hour AS in_hours
    FROM rhythm
    WHERE segment = $segment AND hour IS NOT NULL
) AS placed
