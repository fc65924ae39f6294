-- grain: one row per order placed in the window, in the version known at its end
-- keys: order_id
-- time: $window_start <= ordered_at < $window_end; cancelled means taken back in full before the end
-- parameters: window_start, window_end
SELECT
    orders.order_id,
    orders.customer_id,
    orders.ordered_at,
    CAST(orders.ordered_at AS DATE) AS order_day,
    orders.has_hour,
    orders.revenue,
    orders.charges,
    orders.discount,
    orders.discounted_revenue,
    orders.cost,
    orders.n_lines,
    orders.n_units,
    orders.max_units_per_line,
    orders.sum_unit_price,
    orders.min_unit_price,
    orders.max_unit_price,
    orders.n_repeat_lines,
    orders.country,
    orders.channel,
    cancellations.order_id IS NOT NULL AS is_cancelled
FROM fct_orders AS orders
LEFT JOIN fct_cancellations AS cancellations
    ON cancellations.order_id = orders.order_id
    AND cancellations.cancelled_at < CAST($window_end AS TIMESTAMP)
WHERE orders.ordered_at >= CAST($window_start AS TIMESTAMP)
    AND orders.ordered_at < CAST($window_end AS TIMESTAMP)
    AND (orders.known_from IS NULL OR orders.known_from < CAST($window_end AS TIMESTAMP))
    AND (orders.known_until IS NULL OR orders.known_until >= CAST($window_end AS TIMESTAMP))
    AND orders.is_purchase
