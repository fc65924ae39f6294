-- grain: one row per product that was ordered in the period
-- keys: product_id
-- time: lines ordered in [$period_start, $period_end), and what of them was given back before the cut-off
-- parameters: period_start, period_end
-- An order that was taken back in full says nothing of one product, and is left out.
-- needs: order_lines, returns, products
WITH sold AS (
    SELECT product_id, order_id, sum(amount) AS amount
    FROM history_order_lines
    WHERE counts_as_revenue
        AND NOT is_cancelled
        AND line_kind = 'product'
        AND product_id IS NOT NULL
        AND ordered_at >= CAST($period_start AS TIMESTAMP)
        AND ordered_at < CAST($period_end AS TIMESTAMP)
    GROUP BY product_id, order_id
),
back AS (
    SELECT product_id, order_id, sum(amount) AS amount
    FROM history_returns
    WHERE counts_as_revenue AND product_id IS NOT NULL AND order_id IS NOT NULL
    GROUP BY product_id, order_id
)
SELECT
    sold.product_id,
    coalesce(max(products.description), sold.product_id) AS name,
    count(*) AS n_orders,
    count(back.order_id) AS n_returned,
    CAST(sum(sold.amount) AS DOUBLE) AS sold_value,
    CAST(coalesce(sum(back.amount), 0) AS DOUBLE) AS return_value
FROM sold
LEFT JOIN back ON back.product_id = sold.product_id AND back.order_id = sold.order_id
LEFT JOIN history_products AS products ON products.product_id = sold.product_id
GROUP BY sold.product_id
ORDER BY sold.product_id
