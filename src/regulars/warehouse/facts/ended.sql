-- grain: one row per customer and product whose first line was rewritten, or its order taken back in full
-- keys: customer_id, product_id
-- A first line that still counts counts for good: what ended later is covered by it.
WITH lines AS NOT MATERIALIZED (
    SELECT
        order_id,
        customer_id,
        product_id,
        known_until,
        greatest(ordered_at, coalesce(known_from, ordered_at)) AS bought_from
    FROM fct_order_lines
    WHERE customer_id IS NOT NULL AND product_id IS NOT NULL AND line_kind = 'product'
),
ended AS (
    SELECT customer_id, product_id, bought_from FROM lines WHERE known_until IS NOT NULL
    UNION
    SELECT lines.customer_id, lines.product_id, lines.bought_from
    FROM lines
    INNER JOIN fct_cancellations AS cancellations ON cancellations.order_id = lines.order_id
)
SELECT ended.customer_id, ended.product_id
FROM ended
INNER JOIN fct_customer_products AS bought
    ON bought.customer_id = ended.customer_id
    AND bought.product_id = ended.product_id
    AND bought.bought_from = ended.bought_from
