-- grain: one row: how many orders there are, and how many of them name a customer
-- time: everything before the cut-off of the release
SELECT count(*) AS n_orders, count(customer_id) AS n_named
FROM orders
