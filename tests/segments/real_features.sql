-- grain: one row per customer of Online Retail II, from sales alone (id, quantity and price present), each sheet once
-- parameters: file
WITH lines AS (
    SELECT DISTINCT
        replace("Customer ID", '.0', '') AS customer_id,
        Invoice AS order_id,
        StockCode AS product_id,
        CAST(InvoiceDate AS TIMESTAMP) AS ordered_at,
        Quantity AS quantity,
        Price AS price
    FROM read_csv($file, all_varchar = TRUE, header = TRUE)
    WHERE "Customer ID" IS NOT NULL AND CAST(Quantity AS DOUBLE) > 0 AND CAST(Price AS DOUBLE) > 0
),
orders AS (
    SELECT
        customer_id,
        order_id,
        min(ordered_at) AS ordered_at,
        sum(CAST(quantity AS DOUBLE) * CAST(price AS DOUBLE)) AS revenue,
        count(*) AS n_lines
    FROM lines
    GROUP BY customer_id, order_id
),
firsts AS (
    SELECT customer_id, min(ordered_at) AS first_at FROM orders GROUP BY customer_id
),
bought AS (
    SELECT customer_id, product_id, order_id, min(ordered_at) AS ordered_at FROM lines GROUP BY ALL
),
repeats AS (
    SELECT
        bought.customer_id,
        avg(CASE WHEN bought.before > 0 THEN 1.0 ELSE 0.0 END) FILTER (WHERE bought.ordered_at > firsts.first_at) AS share
    FROM (
        SELECT *, row_number() OVER (PARTITION BY customer_id, product_id ORDER BY ordered_at, order_id) - 1 AS before
        FROM bought
    ) AS bought
    INNER JOIN firsts ON firsts.customer_id = bought.customer_id
    GROUP BY bought.customer_id
)
SELECT
    orders.customer_id,
    date_diff('day', CAST(max(orders.ordered_at) AS DATE), DATE '2011-12-09') AS days_since_last_order,
    count(*) AS n_orders,
    sum(orders.revenue) AS revenue_to_date,
    date_diff('day', CAST(min(orders.ordered_at) AS DATE), CAST(max(orders.ordered_at) AS DATE)) AS active_span_days,
    date_diff('day', CAST(min(orders.ordered_at) AS DATE), DATE '2011-12-09') AS "T",
    count(DISTINCT CAST(orders.ordered_at AS DATE)) - 1 AS frequency,
    avg(orders.n_lines) AS mean_lines_per_order,
    avg(CASE WHEN isodow(orders.ordered_at) >= 6 THEN 1.0 ELSE 0.0 END) AS weekend_share,
    any_value(repeats.share) AS repeat_product_share,
    avg(orders.revenue) AS mean_order_value,
    CAST(NULL AS DOUBLE) AS median_days_between_orders,
    0.0 AS return_value,
    sum(orders.revenue) AS gross_revenue_to_date
FROM orders
LEFT JOIN repeats ON repeats.customer_id = orders.customer_id
GROUP BY orders.customer_id
