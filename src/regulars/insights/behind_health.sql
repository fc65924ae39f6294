-- grain: one row per customer who is slipping or has lapsed, and brought something in the last 365 days
-- keys: customer_id
-- time: features and segments at the cut-off
SELECT customer_id, revenue_365d AS money, health AS reason
FROM insight_customers
WHERE health IN ('slipping', 'lapsed')
