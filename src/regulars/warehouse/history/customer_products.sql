-- grain: one row per customer and product that counts as bought at the cut-off
-- keys: customer_id, product_id
-- time: first_bought_at < the cut-off, and not taken back before it
-- kept as: view, because it is as long as the lines and read few times; the wall is history_cutoff
SELECT
    bought.customer_id,
    bought.product_id,
    bought.category,
    bought.bought_from AS first_bought_at,
    bought.unit_price
FROM fct_customer_products AS bought
CROSS JOIN history_cutoff AS wall
WHERE bought.bought_from < wall.cutoff
    AND (bought.bought_until IS NULL OR bought.bought_until >= wall.cutoff)
    AND (wall.customer_id IS NULL OR bought.customer_id = wall.customer_id)
