-- grain: one row
-- time: of all orders, in whatever version
SELECT
    min(ordered_at) AS first_order_at,
    max(ordered_at) AS last_order_at,
    count(customer_id) > 0 AS names_customers
FROM fct_orders
