-- grain: one row per customer who moved between given segments
-- keys: customer_id
-- time: the two cut-offs; net revenue of [$start, $end)
-- parameters: pairs (from, line feed, to), start, end
-- needs: orders, returns
SELECT
    now.customer_id,
    CAST(coalesce(sum(events.amount), 0) AS DECIMAL(18, 4)) AS money,
    'from ' || earlier.segment || ' to ' || now.segment AS reason
FROM segments AS now
INNER JOIN previous_segments AS earlier ON earlier.customer_id = now.customer_id
LEFT JOIN (
    SELECT customer_id, ordered_at AS happened_at, revenue AS amount FROM history_orders
    UNION ALL
    SELECT customer_id, returned_at AS happened_at, -amount AS amount FROM history_returns WHERE counts_as_revenue
) AS events
    ON events.customer_id = now.customer_id
    AND events.happened_at >= CAST($start AS TIMESTAMP)
    AND events.happened_at < CAST($end AS TIMESTAMP)
WHERE list_contains(CAST($pairs AS VARCHAR[]), earlier.segment || chr(10) || now.segment)
GROUP BY now.customer_id, earlier.segment, now.segment
