-- grain: one row per campaign that is over
-- keys: campaign
-- time: orders in [start, end) of each campaign, which lies before the cut-off
-- needs: orders
-- Everybody counts in the arm they were drawn into, whether they were reached or not.
WITH did AS (
    SELECT
        past.recipe,
        past.campaign,
        past.ended_at,
        past.arm = 'control' AS is_control,
        EXISTS (
            SELECT 1
            FROM history_orders AS orders
            WHERE orders.customer_id = past.customer_id
                AND NOT orders.is_cancelled
                AND orders.ordered_at >= past.started_at
                AND orders.ordered_at < past.ended_at
        ) AS has_ordered
    FROM campaign_over AS past
)
SELECT
    recipe,
    campaign,
    max(ended_at) AS ended_at,
    count(*) FILTER (WHERE NOT is_control) AS n_treated,
    count(*) FILTER (WHERE NOT is_control AND has_ordered) AS n_treated_ordered,
    count(*) FILTER (WHERE is_control) AS n_control,
    count(*) FILTER (WHERE is_control AND has_ordered) AS n_control_ordered
FROM did
GROUP BY recipe, campaign
ORDER BY recipe, campaign
