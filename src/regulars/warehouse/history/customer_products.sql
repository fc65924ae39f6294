-- grain: one row per customer and product that counts as bought at the cut-off
-- keys: customer_id, product_id
-- time: first_bought_at < $cutoff, and not taken back before it
-- parameters: cutoff, customer_id (null for everybody)
-- kept as: view, because it is as long as the lines and read few times
SELECT
    bought.customer_id,
    bought.product_id,
    bought.category,
    bought.bought_from AS first_bought_at,
    bought.unit_price
FROM fct_customer_products AS bought
WHERE bought.bought_from < CAST($cutoff AS TIMESTAMP)
    AND (bought.bought_until IS NULL OR bought.bought_until >= CAST($cutoff AS TIMESTAMP))
    AND (CAST($customer_id AS VARCHAR) IS NULL OR bought.customer_id = CAST($customer_id AS VARCHAR))
