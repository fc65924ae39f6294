-- grain: one row per known customer and product that they bought in the window
-- keys: customer, product_id
-- time: ordered_at in [start, end) of the aftermath; what was bought before it from recommend_interactions
-- parameters: none
-- customer is the place in recommend_customers; is_in_next_basket: the first order of the window holds it
WITH bought AS (
    SELECT lines.customer_id, lines.product_id, lines.order_id, min(lines.ordered_at) AS ordered_at
    FROM aftermath_order_lines AS lines
    WHERE lines.customer_id IS NOT NULL
        AND lines.product_id IS NOT NULL
        AND lines.line_kind = 'product'
        AND lines.quantity > 0
        AND NOT lines.is_cancelled
    GROUP BY lines.customer_id, lines.product_id, lines.order_id
),
baskets AS (
    SELECT
        customer_id,
        order_id,
        row_number() OVER (PARTITION BY customer_id ORDER BY min(ordered_at), order_id) AS place
    FROM bought
    GROUP BY customer_id, order_id
)
SELECT
    who.place AS customer,
    bought.product_id,
    bool_or(baskets.place = 1) AS is_in_next_basket,
    bool_or(before.product_id IS NOT NULL) AS was_bought_before
FROM bought
INNER JOIN recommend_customers AS who ON who.customer_id = bought.customer_id
INNER JOIN baskets ON baskets.customer_id = bought.customer_id AND baskets.order_id = bought.order_id
LEFT JOIN recommend_interactions AS before
    ON before.customer_id = bought.customer_id AND before.product_id = bought.product_id
WHERE EXISTS (SELECT 1 FROM recommend_interactions AS any_before WHERE any_before.customer_id = bought.customer_id)
GROUP BY who.place, bought.product_id
