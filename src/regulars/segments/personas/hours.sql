-- grain: one row per group, weekday and hour in which it placed orders; the hour is null where it is unknown
-- keys: grouped_by, who, weekday, hour
-- time: orders before the cut-off that were not taken back, on the shop's clock
-- parameters: without_last (leave each customer's last order out, so that advice can be judged by it)
-- needs: orders
-- Groups: each customer (own), each segment, and the shop with its orders without a customer.
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
    LEFT JOIN segments ON segments.customer_id = orders.customer_id
    WHERE NOT orders.is_cancelled
),
placed AS (
    SELECT customer_id, segment, weekday, hour, count(*) AS n_orders
    FROM numbered
    WHERE NOT $without_last OR customer_id IS NULL OR place_from_end > 1
    GROUP BY customer_id, segment, weekday, hour
)
SELECT 'own' AS grouped_by, customer_id AS who, weekday, hour, n_orders
FROM placed
WHERE customer_id IS NOT NULL
UNION ALL
SELECT 'segment' AS grouped_by, segment AS who, weekday, hour, sum(n_orders) AS n_orders
FROM placed
WHERE segment IS NOT NULL
GROUP BY segment, weekday, hour
UNION ALL
SELECT 'shop' AS grouped_by, '' AS who, weekday, hour, sum(n_orders) AS n_orders
FROM placed
GROUP BY weekday, hour
