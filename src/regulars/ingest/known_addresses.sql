-- grain: one row per e-mail address that belongs to one customer id
-- keys: address
-- time: none
SELECT lower(nullif(trim(email), '')) AS address, min(customer_id) AS customer_id
FROM landing_named
WHERE nullif(trim(email), '') IS NOT NULL AND customer_id NOT IN (SELECT customer_id FROM landing_nobodies)
GROUP BY address
HAVING count(DISTINCT customer_id) = 1
