-- grain: one row per customer with products that are due again
-- keys: customer_id
-- time: lines of orders before the cut-off that were not taken back
-- parameters: last_observed_day, least_days, due_from, due_until (in usual gaps), n_products
-- needs: order_lines
-- A product is due when a customer bought it on at least $least_days days, and the time since the last of them is
-- between $due_from and $due_until of the mean time between them.
WITH days AS (
    SELECT DISTINCT customer_id, product_id, CAST(ordered_at AS DATE) AS day
    FROM history_order_lines
    WHERE customer_id IS NOT NULL AND product_id IS NOT NULL AND line_kind = 'product' AND NOT is_cancelled
),
paces AS (
    SELECT
        customer_id,
        product_id,
        count(*) AS n_days,
        CAST(date_diff('day', min(day), max(day)) AS DOUBLE) / (count(*) - 1) AS gap_days,
        date_diff('day', max(day), CAST($last_observed_day AS DATE)) AS since_days
    FROM days
    GROUP BY customer_id, product_id
    HAVING count(*) >= CAST($least_days AS INTEGER)
),
due AS (
    SELECT
        customer_id,
        product_id,
        row_number() OVER (PARTITION BY customer_id ORDER BY n_days DESC, since_days / gap_days DESC, product_id) AS place
    FROM paces
    WHERE since_days >= CAST($due_from AS DOUBLE) * gap_days AND since_days <= CAST($due_until AS DOUBLE) * gap_days
)
SELECT
    due.customer_id,
    CAST(count(*) AS INTEGER) AS n_products_due,
    string_agg(due.product_id, '; ' ORDER BY due.place) FILTER (WHERE due.place <= $n_products) AS products,
    string_agg(coalesce(products.description, due.product_id), '; ' ORDER BY due.place)
        FILTER (WHERE due.place <= $n_products) AS product_names
FROM due
LEFT JOIN history_products AS products ON products.product_id = due.product_id
GROUP BY due.customer_id
