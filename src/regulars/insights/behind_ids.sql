-- grain: one row per customer named
-- keys: customer_id
-- time: features at the cut-off
-- parameters: customer_ids, reasons
SELECT people.customer_id, people.revenue_365d AS money, named.reason
FROM insight_customers AS people
INNER JOIN (
    SELECT unnest(CAST($customer_ids AS VARCHAR[])) AS customer_id, unnest(CAST($reasons AS VARCHAR[])) AS reason
) AS named ON named.customer_id = people.customer_id
