-- grain: one row per customer with a rhythm of their own
-- keys: customer_id
-- time: features at the cut-off
-- parameters: least_orders
SELECT
    customer_id,
    CAST(preferred_weekday AS INTEGER) AS send_weekday,
    CAST(preferred_hour AS INTEGER) AS send_hour
FROM features
WHERE n_orders >= CAST($least_orders AS INTEGER)
