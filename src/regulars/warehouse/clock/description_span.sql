-- grain: one row
-- time: when customers were described: the dates of descriptions and sign-ups do not tell what is known, the load does
SELECT min(loads.loaded_at) AS first_at, max(loads.loaded_at) AS last_at
FROM raw_customers AS raw
INNER JOIN raw_loads AS loads ON loads.load_id = raw.load_id
WHERE raw.customer_id IS NOT NULL
