-- grain: one row per customer of a campaign, the first $n: those to be written to first, by expected value
-- keys: customer_id
-- time: proposals at the cut-off of the release, running campaigns as they were drawn
-- parameters: campaign, n
SELECT arm, customer_id, expected_value, reason, send_at, product_names, stratum
FROM campaigns
WHERE campaign = $campaign
ORDER BY arm = 'control', expected_value DESC, customer_id
LIMIT $n
