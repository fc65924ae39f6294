-- grain: one row per order id under which several customers, or several days, were sold to
-- keys: order_id
SELECT
    'order ' || order_id AS about,
    min(ordered_at) AS happened_at,
    CAST(sum(coalesce(amount, TRY_CAST(CAST(quantity AS DECIMAL(20, 4)) * unit_price AS DECIMAL(18, 4)), 0)) AS DECIMAL(18, 4)) AS money,
    count(*) AS n_rows,
    order_id,
    count(DISTINCT customer_id) AS n_customers,
    count(DISTINCT CAST(ordered_at AS DATE)) AS n_days
FROM raw_order_lines
WHERE order_id IS NOT NULL AND coalesce(quantity, 1) > 0
GROUP BY order_id
HAVING min(customer_id) <> max(customer_id) OR CAST(min(ordered_at) AS DATE) <> CAST(max(ordered_at) AS DATE)
