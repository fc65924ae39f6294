-- grain: one row per order with a product that was not taken back in full
-- keys: order_id; basket numbers them from 0, those that are counted first
-- time: lines before $cutoff
-- parameters: largest_basket
-- needs: order_lines
SELECT
    order_id,
    CAST(row_number() OVER (ORDER BY n_products > $largest_basket, order_id) - 1 AS INTEGER) AS basket,
    customer_id,
    n_products,
    revenue,
    n_products <= $largest_basket AS is_counted
FROM (
    SELECT
        order_id,
        max(customer_id) AS customer_id,
        count(DISTINCT product_id) AS n_products,
        CAST(sum(amount) AS DECIMAL(18, 4)) AS revenue
    FROM history_order_lines
    WHERE line_kind = 'product' AND product_id IS NOT NULL AND NOT is_cancelled
    GROUP BY order_id
) AS placed
