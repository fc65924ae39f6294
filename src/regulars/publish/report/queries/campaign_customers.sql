-- grain: one row per campaign and place: those with the highest expected value among those written to
-- time: proposals at the cut-off of the release, running campaigns as they were drawn
-- parameters: n (customers per campaign)
SELECT campaign, customer_id, arm, expected_value, reason, send_at, product_names
FROM (
    SELECT *, row_number() OVER (PARTITION BY campaign ORDER BY expected_value DESC, customer_id) AS place
    FROM campaigns
    WHERE arm <> 'control'
) AS ranked
WHERE place <= $n
ORDER BY campaign, place
