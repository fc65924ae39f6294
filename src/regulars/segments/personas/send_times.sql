-- grain: one row per customer
-- keys: customer_id
-- time: orders before the cut-off
SELECT
    segments.customer_id,
    coalesce(personas.timing_persona, 'too_few_orders') AS timing_persona,
    coalesce(personas.n_orders_known, 0) AS n_orders_known,
    personas.n_orders_inside,
    personas.inside_share,
    CAST(weekdays.slot AS INTEGER) AS send_weekday,
    CAST(hours.slot AS INTEGER) AS send_hour,
    coalesce(hours.send_from, weekdays.send_from) AS send_from,
    coalesce(hours.n_known, weekdays.n_known) AS send_own_orders,
    weekdays.expected_share AS send_weekday_share,
    hours.expected_share AS send_hour_share
FROM segments
LEFT JOIN customer_personas AS personas ON personas.customer_id = segments.customer_id
LEFT JOIN send_advice AS weekdays
    ON weekdays.customer_id = segments.customer_id AND weekdays.measure = 'weekday'
LEFT JOIN send_advice AS hours ON hours.customer_id = segments.customer_id AND hours.measure = 'hour'
ORDER BY segments.customer_id
