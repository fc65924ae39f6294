-- grain: one row per customer and product that counts as bought at the cut-off
-- keys: customer_id, product_id
-- time: first_bought_at < $cutoff, and not taken back before it
-- parameters: cutoff, customer_id (null for everybody)
SELECT customer_id, product_id, category, bought_from AS first_bought_at, unit_price
FROM fct_customer_products
WHERE bought_from < CAST($cutoff AS TIMESTAMP)
    AND (bought_until IS NULL OR bought_until >= CAST($cutoff AS TIMESTAMP))
    AND (CAST($customer_id AS VARCHAR) IS NULL OR customer_id = CAST($customer_id AS VARCHAR))
