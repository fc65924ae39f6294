-- grain: one row per customer who signed up and kept no order
-- keys: customer_id
-- time: known before the cut-off
-- needs: customers
SELECT
    customer_id,
    CAST(NULL AS DECIMAL(18, 4)) AS money,
    'signed up ' || CAST(CAST(signed_up_at AS DATE) AS VARCHAR) AS reason
FROM history_customers
WHERE signed_up_at IS NOT NULL AND NOT is_buyer
