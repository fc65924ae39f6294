-- grain: one row per customer with a purchase, not cancelled, before the cut-off
-- keys: customer_id
-- time: who is asked about is known before $cutoff; what happened lies in [$cutoff, $cutoff + $horizon_days)
-- rules: an order placed in the window counts as placed, whatever comes back later; what comes back in the window is
--   taken from revenue_next, whenever it was bought
-- units: the shop's currency, purchase days, days
-- parameters: cutoff, horizon_days, churn_lookback_days (null: whenever the last purchase was)
-- needs: customers, purchase_days
WITH last_purchases AS (
    SELECT customer_id, max(purchase_day) AS last_day
    FROM history_purchase_days
    GROUP BY customer_id
),
placed AS (
    SELECT
        customer_id,
        count(DISTINCT order_day) AS n_days,
        sum(revenue) AS revenue,
        min(order_day) AS first_day
    FROM aftermath_orders
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),
given_back AS (
    SELECT customer_id, sum(amount) AS amount
    FROM aftermath_returns
    WHERE customer_id IS NOT NULL AND counts_as_revenue
    GROUP BY customer_id
)
SELECT
    customers.customer_id,
    CAST($cutoff AS TIMESTAMP) AS cutoff,
    CAST($horizon_days AS INTEGER) AS horizon_days,
    CAST($churn_lookback_days AS INTEGER) IS NULL
        OR last_purchases.last_day >= CAST(
            CAST($cutoff AS TIMESTAMP) - CAST($churn_lookback_days AS INTEGER) * INTERVAL 1 DAY AS DATE
        ) AS is_at_risk,
    placed.customer_id IS NULL AS churned,
    CAST(coalesce(placed.n_days, 0) AS INTEGER) AS n_orders_next,
    CAST(coalesce(placed.revenue, 0) - coalesce(given_back.amount, 0) AS DECIMAL(18, 4)) AS revenue_next,
    CAST(coalesce(placed.revenue, 0) AS DECIMAL(18, 4)) AS gross_revenue_next,
    CAST(date_diff('day', CAST($cutoff AS DATE), placed.first_day) AS INTEGER) AS days_to_next_order
FROM history_customers AS customers
INNER JOIN last_purchases ON last_purchases.customer_id = customers.customer_id
LEFT JOIN placed ON placed.customer_id = customers.customer_id
LEFT JOIN given_back ON given_back.customer_id = customers.customer_id
WHERE customers.is_buyer
