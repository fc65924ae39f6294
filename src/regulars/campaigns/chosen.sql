-- grain: one row per campaign and customer who fits its conditions
-- keys: campaign, customer_id
-- time: everything at the cut-off
-- parameters: budget (of all campaigns together; null for no limit)
-- A customer goes to the campaign with the highest expected value; money goes where a contact brings most for its cost.
-- The hold-out costs nothing, so a budget reaches further by its share.
WITH placed AS (
    SELECT
        campaign,
        customer_id,
        row_number() OVER (PARTITION BY customer_id ORDER BY expected_value DESC, place) AS choice
    FROM campaign_candidates
    WHERE left_out IS NULL AND NOT may_overlap
),
settled AS (
    SELECT
        candidates.* EXCLUDE (left_out),
        CASE WHEN placed.choice > 1 THEN 'in_other_campaign' ELSE candidates.left_out END AS left_out,
        recipes.budget,
        CAST(candidates.cost * (1 - recipes.holdout_share) AS DECIMAL(18, 4)) AS planned_cost,
        candidates.gain / nullif(candidates.cost, 0) AS expected_return
    FROM campaign_candidates AS candidates
    INNER JOIN campaign_recipes AS recipes ON recipes.campaign = candidates.campaign
    LEFT JOIN placed ON placed.campaign = candidates.campaign AND placed.customer_id = candidates.customer_id
),
within_campaigns AS (
    SELECT
        *,
        sum(planned_cost) OVER (
            PARTITION BY campaign, left_out IS NULL
            ORDER BY expected_return DESC NULLS FIRST, expected_value DESC, customer_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS campaign_cost
    FROM settled
),
cut AS (
    SELECT
        * EXCLUDE (left_out),
        CASE WHEN left_out IS NULL AND campaign_cost > budget THEN 'over_budget' ELSE left_out END AS left_out
    FROM within_campaigns
),
together AS (
    SELECT
        *,
        sum(planned_cost) OVER (
            PARTITION BY left_out IS NULL
            ORDER BY expected_return DESC NULLS FIRST, expected_value DESC, customer_id, campaign
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS cost_of_all
    FROM cut
)
SELECT
    * EXCLUDE (left_out, campaign_cost, cost_of_all, planned_cost),
    CASE
        WHEN left_out IS NULL AND cost_of_all > CAST($budget AS DOUBLE) THEN 'over_budget'
        ELSE left_out
    END AS left_out
FROM together
