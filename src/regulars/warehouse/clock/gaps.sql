-- grain: one row per length of a gap between two consecutive purchase days of a customer
-- keys: gap_days
-- time: ordered_at < $cutoff, in the version known then, and not taken back before it
-- parameters: cutoff
WITH days AS (
    SELECT DISTINCT orders.customer_id, CAST(orders.ordered_at AS DATE) AS purchase_day
    FROM fct_orders AS orders
    LEFT JOIN fct_cancellations AS cancellations
        ON cancellations.order_id = orders.order_id
        AND cancellations.cancelled_at < CAST($cutoff AS TIMESTAMP)
    WHERE orders.customer_id IS NOT NULL
        AND orders.is_purchase
        AND orders.ordered_at < CAST($cutoff AS TIMESTAMP)
        AND (orders.known_from IS NULL OR orders.known_from < CAST($cutoff AS TIMESTAMP))
        AND (orders.known_until IS NULL OR orders.known_until >= CAST($cutoff AS TIMESTAMP))
        AND cancellations.order_id IS NULL
),
gaps AS (
    SELECT date_diff(
        'day', lag(purchase_day) OVER (PARTITION BY customer_id ORDER BY purchase_day), purchase_day
    ) AS gap_days
    FROM days
)
SELECT gap_days, count(*) AS n_gaps
FROM gaps
WHERE gap_days IS NOT NULL
GROUP BY gap_days
