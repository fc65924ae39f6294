-- grain: one row
-- time: said before the cut-off
-- parameters: cutoff
-- Whom a customers source describes without a date, and who has neither an order nor a dated sign-up before the cut-off.
-- needs: customers
SELECT count(DISTINCT described.customer_id) AS n_strangers
FROM dim_customers AS described
LEFT JOIN history_customers AS known ON known.customer_id = described.customer_id
WHERE described.attributes IS NOT NULL
    AND known.customer_id IS NULL
    AND (described.valid_from IS NULL OR described.valid_from < CAST($cutoff AS TIMESTAMP))
