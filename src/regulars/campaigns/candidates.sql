-- grain: one row per campaign and customer who fits its conditions
-- keys: campaign, customer_id
-- time: everything at the cut-off
-- left_out says why a customer who fits is not written to; the first reason that applies. gain is what the contact is
-- assumed to bring, expected_value what is left of it after the contact's cost. Whose probability of leaving is unknown
-- counts as one who would not order otherwise.
WITH worth AS (
    SELECT
        fitting.campaign,
        fitting.customer_id,
        fitting.reason,
        recipes.place,
        recipes.may_overlap,
        recipes.contact_cost AS cost,
        recipes.effect_share * recipes.margin * CASE recipes.gains
            WHEN 'kept' THEN pool.revenue_at_risk
            ELSE coalesce(pool.p_churn, 1) * pool.order_value
        END AS gain,
        recipes.least_confidence_place,
        coalesce(list_position(['new', 'cold_start', 'emerging', 'established'], pool.confidence_tier), 0) AS confidence_place,
        pool.may_be_written_to,
        pool.is_suppressed,
        pool.is_recently_contacted,
        pool.is_in_running_campaign,
        pool.p_churn,
        pool.stratum,
        pool.send_at
    FROM campaign_fitting AS fitting
    INNER JOIN campaign_recipes AS recipes ON recipes.campaign = fitting.campaign
    INNER JOIN campaign_pool AS pool ON pool.customer_id = fitting.customer_id
)
SELECT
    *,
    gain - cost AS expected_value,
    CASE
        WHEN is_suppressed THEN 'suppressed'
        WHEN NOT may_be_written_to THEN 'no_consent'
        WHEN is_recently_contacted THEN 'recently_contacted'
        WHEN is_in_running_campaign AND NOT may_overlap THEN 'in_running_campaign'
        WHEN confidence_place < least_confidence_place THEN 'low_confidence'
        WHEN gain IS NULL THEN 'no_prediction'
        WHEN gain <= cost THEN 'not_worth_it'
    END AS left_out
FROM worth
