-- grain: one row per measure, group of customers and way of advising them
-- keys: measure, given_to, advice
-- time: every customer's last order before the cut-off, against advice from the orders before it
-- parameters: own_orders
-- needs: orders
-- Customers with an earlier order; send_advice and rhythm_slots are made without last orders.
WITH numbered AS (
    SELECT
        orders.customer_id,
        segments.segment,
        CAST(isodow(orders.ordered_at) AS INTEGER) AS weekday,
        CASE WHEN orders.has_hour THEN CAST(hour(orders.ordered_at) AS INTEGER) END AS hour,
        row_number() OVER (
            PARTITION BY orders.customer_id ORDER BY orders.ordered_at DESC, orders.order_id DESC
        ) AS place_from_end
    FROM history_orders AS orders
    INNER JOIN segments ON segments.customer_id = orders.customer_id
    WHERE NOT orders.is_cancelled
),
last_orders AS (
    SELECT customer_id, segment, 'weekday' AS measure, weekday AS slot FROM numbered WHERE place_from_end = 1
    UNION ALL
    SELECT customer_id, segment, 'hour' AS measure, hour AS slot
    FROM numbered
    WHERE place_from_end = 1 AND hour IS NOT NULL
),
advised AS (
    SELECT last_orders.*, given.slot AS given_slot, given.n_known
    FROM last_orders
    INNER JOIN send_advice AS given
        ON given.customer_id = last_orders.customer_id AND given.measure = last_orders.measure
    WHERE given.n_known > 0
),
tried AS (
    SELECT measure, n_known, slot, given_slot AS advised_slot, 'given' AS advice FROM advised
    UNION ALL
    SELECT advised.measure, advised.n_known, advised.slot, slots.slot AS advised_slot, slots.grouped_by AS advice
    FROM advised
    INNER JOIN rhythm_slots AS slots
        ON slots.measure = advised.measure
        AND slots.place = 1
        AND slots.who = CASE slots.grouped_by
            WHEN 'own' THEN advised.customer_id
            WHEN 'segment' THEN advised.segment
            ELSE ''
        END
)
SELECT
    measure,
    CASE WHEN n_known >= $own_orders THEN 'enough_orders' ELSE 'few_orders' END AS given_to,
    advice,
    count(*) AS n_customers,
    CAST(
        count(*) FILTER (
            WHERE CASE WHEN measure = 'hour' THEN (advised_slot - slot + 24) % 24 IN (0, 1, 23) ELSE advised_slot = slot END
        ) AS DOUBLE
    ) / count(*) AS hit_share
FROM tried
GROUP BY measure, given_to, advice
ORDER BY measure, given_to, advice
