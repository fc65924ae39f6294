-- grain: one row per customer of reference system B, with the three features its segments are made from
-- recency is in whole days to the last instant plus a day
WITH sold AS (
    SELECT CAST(CAST(customer AS DOUBLE) AS INTEGER)::VARCHAR AS customer_id, invoice, sold_at, quantity * price AS amount
    FROM b
    WHERE customer IS NOT NULL AND quantity > 0 AND price > 0
)
SELECT
    customer_id,
    date_sub('day', max(sold_at), (SELECT max(sold_at) + INTERVAL 1 DAY FROM sold)) AS days_since_last_order,
    count(DISTINCT invoice) AS n_orders,
    CAST(sum(amount) AS DOUBLE) AS revenue_to_date
FROM sold
GROUP BY customer_id
