-- grain: one row per customer behind a finding, the first $n by money
-- keys: customer_id
-- time: as of the cut-off of the release
-- parameters: finding_id, n
SELECT customer_id, money, reason
FROM finding_customers
WHERE finding_id = $finding_id
ORDER BY money DESC NULLS LAST, customer_id
LIMIT $n
