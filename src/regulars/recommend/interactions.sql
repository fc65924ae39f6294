-- grain: one row per customer and product that they bought
-- keys: customer_id, product_id
-- time: ordered_at < $cutoff; orders taken back in full before it do not count
-- parameters: cutoff, half_life_days
-- needs: order_lines
-- fresh_orders counts an order half after each half-life; it is summed in millionths, so that sums are exact
WITH baskets AS (
    SELECT customer_id, product_id, order_id, min(ordered_at) AS ordered_at
    FROM history_order_lines
    WHERE customer_id IS NOT NULL
        AND product_id IS NOT NULL
        AND line_kind = 'product'
        AND quantity > 0
        AND NOT is_cancelled
    GROUP BY customer_id, product_id, order_id
)
SELECT
    customer_id,
    product_id,
    CAST(count(*) AS INTEGER) AS n_orders,
    min(ordered_at) AS first_bought_at,
    max(ordered_at) AS last_bought_at,
    date_diff('second', max(ordered_at), CAST($cutoff AS TIMESTAMP)) / 86400.0 AS days_since_last,
    CAST(sum(CAST(round(1000000 * pow(
        0.5,
        date_diff('second', ordered_at, CAST($cutoff AS TIMESTAMP)) / 86400.0 / CAST($half_life_days AS DOUBLE)
    )) AS BIGINT)) AS BIGINT) / 1000000.0 AS fresh_orders
FROM baskets
GROUP BY customer_id, product_id
