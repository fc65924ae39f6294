-- grain: one row per customer with a recommendation
-- keys: customer_id
-- time: recommendations at the cut-off
-- The two best of what they bought before, and the best of what is new to them; then whatever comes next, to three.
WITH placed AS (
    SELECT
        customer_id,
        product_id,
        product,
        reason,
        row_number() OVER (
            PARTITION BY customer_id
            ORDER BY CASE
                WHEN list = 'buy_again' AND rank <= 2 THEN 1 WHEN list = 'try_next' AND rank = 1 THEN 2 ELSE 3
            END, list, rank
        ) AS place
    FROM recommendations
)
SELECT
    customer_id,
    string_agg(product, '; ' ORDER BY place) AS products,
    string_agg(product_id, '; ' ORDER BY place) AS product_ids,
    max(CASE WHEN place = 1 THEN product || ': ' || reason END) AS first_reason
FROM placed
WHERE place <= 3
GROUP BY customer_id
