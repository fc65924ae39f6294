-- grain: one row per customer with an order in the window of a campaign, or in one as long before it
-- keys: customer_id
-- time: [$started_at, $until) and [$before, $started_at), of a release's orders; net of what came back by its cut-off
-- parameters: started_at, until, before
SELECT
    customer_id,
    CAST(max(CASE WHEN ordered_at >= CAST($started_at AS TIMESTAMP) AND NOT is_cancelled THEN 1 ELSE 0 END) AS DOUBLE) AS ordered,
    CAST(sum(CASE WHEN ordered_at >= CAST($started_at AS TIMESTAMP) THEN net_revenue ELSE 0 END) AS DOUBLE) AS revenue,
    CAST(sum(CASE WHEN ordered_at < CAST($started_at AS TIMESTAMP) THEN net_revenue ELSE 0 END) AS DOUBLE) AS revenue_before
FROM orders
WHERE customer_id IS NOT NULL
    AND ordered_at >= CAST($before AS TIMESTAMP)
    AND ordered_at < CAST($until AS TIMESTAMP)
GROUP BY customer_id
ORDER BY customer_id
