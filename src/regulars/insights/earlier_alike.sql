-- grain: one row per audience that can be looked for a horizon earlier
-- keys: audience
-- time: who was in its place at $cutoff − $horizon_days days, and what they ordered from then to $cutoff
-- parameters: cutoff, horizon_days
-- needs: orders, purchase_days, customers
WITH line AS (
    SELECT
        CAST(CAST($cutoff AS TIMESTAMP) AS DATE) - CAST($horizon_days AS INTEGER) AS then_day,
        CAST(CAST($cutoff AS TIMESTAMP) AS DATE) - 2 * CAST($horizon_days AS INTEGER) AS before_day
),
bought_then AS (
    SELECT days.customer_id, count(*) AS n_days, min(days.purchase_day) AS first_day
    FROM history_purchase_days AS days
    CROSS JOIN line
    WHERE days.purchase_day < line.then_day
    GROUP BY days.customer_id
),
members AS (
    SELECT 'second_order' AS audience, bought_then.customer_id
    FROM bought_then
    CROSS JOIN line
    WHERE bought_then.n_days = 1 AND bought_then.first_day >= line.before_day
    UNION ALL
    SELECT 'first_order' AS audience, people.customer_id
    FROM history_customers AS people
    CROSS JOIN line
    LEFT JOIN bought_then ON bought_then.customer_id = people.customer_id
    WHERE people.signed_up_at < line.then_day AND bought_then.customer_id IS NULL
),
since AS (
    SELECT orders.customer_id, sum(orders.revenue) AS revenue
    FROM history_orders AS orders
    CROSS JOIN line
    WHERE orders.order_day >= line.then_day AND NOT orders.is_cancelled AND orders.customer_id IS NOT NULL
    GROUP BY orders.customer_id
)
SELECT
    members.audience,
    count(*) AS n_customers,
    count(since.customer_id) AS n_ordered,
    CAST(coalesce(sum(since.revenue), 0) AS DOUBLE) AS revenue,
    CAST(
        coalesce(sum(CAST(since.revenue AS DECIMAL(18, 4)) * CAST(since.revenue AS DECIMAL(18, 4))), 0) AS DOUBLE
    ) AS sum_squares
FROM members
LEFT JOIN since ON since.customer_id = members.customer_id
GROUP BY members.audience
ORDER BY members.audience
