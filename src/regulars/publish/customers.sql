-- grain: one row per customer with an order, or a dated sign-up, before the cut-off
-- keys: customer_id
-- time: attributes and orders as of the cut-off; the totals are those of `features`
-- needs: customers, orders, features
WITH spans AS (
    SELECT customer_id, min(ordered_at) AS first_ordered_at, max(ordered_at) AS last_ordered_at
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id
)
SELECT
    customers.customer_id,
    customers.name,
    customers.email,
    customers.country,
    customers.consent,
    customers.signed_up_at,
    customers.is_buyer,
    spans.first_ordered_at,
    spans.last_ordered_at,
    coalesce(features.n_orders, 0) AS n_orders,
    coalesce(features.gross_revenue_to_date, 0) AS gross_revenue_to_date,
    coalesce(features.return_value, 0) AS return_value,
    coalesce(features.revenue_to_date, 0) AS revenue_to_date,
    customers.attributes
FROM history_customers AS customers
LEFT JOIN spans ON spans.customer_id = customers.customer_id
LEFT JOIN features ON features.customer_id = customers.customer_id
