-- grain: one row per customer of one campaign, those to be written to first
-- keys: customer_id
-- time: as of the release's cut-off; a running campaign as it was drawn
-- parameters: campaign
SELECT
    campaigns.arm,
    campaigns.customer_id,
    customers.name,
    customers.email,
    campaigns.send_at,
    campaigns.products,
    campaigns.product_names,
    campaigns.reason,
    round(campaigns.expected_value, 2) AS expected_value,
    campaigns.stratum,
    segments.segment,
    campaigns.campaign,
    campaigns.status
FROM campaigns
LEFT JOIN customers ON customers.customer_id = campaigns.customer_id
LEFT JOIN segments ON segments.customer_id = campaigns.customer_id
WHERE campaigns.campaign = $campaign
ORDER BY campaigns.arm = 'control', campaigns.arm, campaigns.expected_value DESC, campaigns.customer_id
