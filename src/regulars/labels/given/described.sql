-- grain: one row per customer of the spine whom a customers source describes
-- keys: customer_id
-- time: what was said of them before the cut-off
-- needs: customers
SELECT
    customer_id,
    country,
    CASE WHEN consent THEN 'yes' WHEN NOT consent THEN 'no' END AS consent,
    strftime(signed_up_at, '%Y-%m-%d') AS signed_up_at,
    CAST(attributes AS VARCHAR) AS attributes
FROM history_customers
WHERE attributes IS NOT NULL
ORDER BY customer_id
