-- grain: one row per product ordered in the period, those with the most sales
-- keys: product_id
-- time: lines ordered in [$period_start, $period_end), and what of them was given back before the cut-off
-- parameters: period_start, period_end, fewest (orders of a product), most (products)
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
),
counted AS (
    SELECT
        sold.product_id,
        count(*) AS n_orders,
        count(back.order_id) AS n_returned,
        CAST(sum(sold.amount) AS DOUBLE) AS sold_value,
        CAST(coalesce(sum(back.amount), 0) AS DOUBLE) AS return_value
    FROM sold
    LEFT JOIN back ON back.product_id = sold.product_id AND back.order_id = sold.order_id
    GROUP BY sold.product_id
),
ranked AS (
    SELECT
        *,
        sum(n_orders) OVER () AS n_orders_of_all,
        sum(n_returned) OVER () AS n_returned_of_all,
        row_number() OVER (
            ORDER BY CASE WHEN n_orders >= CAST($fewest AS BIGINT) THEN 0 ELSE 1 END, sold_value DESC, product_id
        ) AS place
    FROM counted
)
SELECT
    ranked.product_id,
    coalesce(products.description, ranked.product_id) AS name,
    ranked.n_orders,
    ranked.n_returned,
    ranked.sold_value,
    ranked.return_value,
    CAST(ranked.n_orders_of_all AS BIGINT) AS n_orders_of_all,
    CAST(ranked.n_returned_of_all AS BIGINT) AS n_returned_of_all
FROM ranked
LEFT JOIN history_products AS products ON products.product_id = ranked.product_id
WHERE ranked.place <= CAST($most AS BIGINT)
ORDER BY ranked.place
