-- grain: one row per customer of the history
-- keys: customer_id
-- time: customers known before the cut-off
-- needs: customers
SELECT customer_id, CAST(row_number() OVER (ORDER BY customer_id) - 1 AS INTEGER) AS place
FROM history_customers
