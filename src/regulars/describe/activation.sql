-- grain: one row per month in which customers signed up
-- keys: signed_up_month
-- time: sign-ups and orders before $cutoff
-- parameters: cutoff
-- needs: customers, orders
WITH first_orders AS (
    SELECT customer_id, min(ordered_at) AS first_ordered_at
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id
),
signed_up AS (
    SELECT
        CAST(date_trunc('month', customers.signed_up_at) AS DATE) AS signed_up_month,
        customers.is_buyer,
        date_diff('day', CAST(customers.signed_up_at AS DATE), CAST(first_orders.first_ordered_at AS DATE)) AS wait_days
    FROM history_customers AS customers
    LEFT JOIN first_orders ON first_orders.customer_id = customers.customer_id
    WHERE customers.signed_up_at IS NOT NULL
)
SELECT
    signed_up_month,
    CAST(signed_up_month + INTERVAL 1 MONTH AS TIMESTAMP) <= CAST($cutoff AS TIMESTAMP) AS is_complete,
    count(*) AS n_registered,
    count(*) FILTER (WHERE is_buyer) AS n_ordered,
    CAST(count(*) FILTER (WHERE is_buyer) AS DOUBLE) / count(*) AS activation_rate,
    CAST(median(CASE WHEN wait_days >= 0 THEN wait_days END) AS DOUBLE) AS median_days_to_first_order
FROM signed_up
GROUP BY signed_up_month
ORDER BY signed_up_month
