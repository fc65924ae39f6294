-- grain: one row per campaign and customer who is in it
-- keys: campaign, customer_id
-- time: proposals at the cut-off; campaigns that have started stay as they were drawn
SELECT
    drawn.campaign,
    drawn.customer_id,
    drawn.arm,
    drawn.expected_value,
    drawn.reason,
    drawn.send_at,
    shown.products,
    shown.product_names,
    drawn.stratum,
    'proposed' AS status
FROM campaign_drawn AS drawn
INNER JOIN campaign_recipes AS recipes ON recipes.campaign = drawn.campaign
LEFT JOIN campaign_products AS shown ON shown.customer_id = drawn.customer_id AND shown.list = recipes.products
WHERE drawn.is_paid
UNION ALL
SELECT
    running.campaign,
    running.customer_id,
    running.arm,
    running.expected_value,
    running.reason,
    running.send_at,
    running.products,
    running.product_names,
    running.stratum,
    'running' AS status
FROM campaign_running AS running
SEMI JOIN history_customers AS customers ON customers.customer_id = running.customer_id
