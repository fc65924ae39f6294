-- grain: one row per order placed and known before the cut-off, in the version known then
-- keys: order_id
-- time: ordered_at < $cutoff; a later version counts from the instant it became known
-- parameters: cutoff, customer_id (null for everybody)
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
    AND cancellations.cancelled_at < CAST($cutoff AS TIMESTAMP)
WHERE orders.ordered_at < CAST($cutoff AS TIMESTAMP)
    AND (orders.known_from IS NULL OR orders.known_from < CAST($cutoff AS TIMESTAMP))
    AND (orders.known_until IS NULL OR orders.known_until >= CAST($cutoff AS TIMESTAMP))
    AND orders.is_purchase
    AND (CAST($customer_id AS VARCHAR) IS NULL OR orders.customer_id = CAST($customer_id AS VARCHAR))
