-- grain: one row per campaign
-- keys: campaign
-- time: proposals at the cut-off; running campaigns as they were drawn
-- Sums are of exact decimals. baseline_rate is the share of those written to or held out who are expected to order anyway.
WITH outcomes AS (
    SELECT campaign, left_out, p_churn FROM campaign_chosen WHERE left_out IS NOT NULL
    UNION ALL
    SELECT campaign, CASE WHEN NOT is_paid THEN 'over_budget' END AS left_out, p_churn FROM campaign_drawn
),
matched AS (
    SELECT
        campaign,
        count(*) AS n_matched,
        count(*) FILTER (WHERE left_out = 'suppressed') AS n_suppressed,
        count(*) FILTER (WHERE left_out = 'no_consent') AS n_no_consent,
        count(*) FILTER (WHERE left_out = 'recently_contacted') AS n_recently_contacted,
        count(*) FILTER (WHERE left_out = 'in_running_campaign') AS n_in_running_campaign,
        count(*) FILTER (WHERE left_out = 'low_confidence') AS n_low_confidence,
        count(*) FILTER (WHERE left_out = 'no_prediction') AS n_no_prediction,
        count(*) FILTER (WHERE left_out = 'not_worth_it') AS n_not_worth_it,
        count(*) FILTER (WHERE left_out = 'in_other_campaign') AS n_in_other_campaign,
        count(*) FILTER (WHERE left_out = 'over_budget') AS n_over_budget,
        CAST(sum(CAST(1 - p_churn AS DECIMAL(18, 9))) FILTER (WHERE left_out IS NULL) AS DOUBLE)
            / nullif(count(p_churn) FILTER (WHERE left_out IS NULL), 0) AS baseline_rate
    FROM outcomes
    GROUP BY campaign
),
members AS (
    SELECT
        campaign,
        count(*) AS n_customers,
        count(*) FILTER (WHERE arm <> 'control') AS n_treated,
        count(*) FILTER (WHERE arm = 'control') AS n_control,
        count(DISTINCT stratum) AS n_strata,
        sum(CAST(expected_value AS DECIMAL(18, 4))) FILTER (WHERE arm <> 'control') AS expected_value
    FROM campaigns
    GROUP BY campaign
)
SELECT
    coalesce(matched.campaign, members.campaign) AS campaign,
    matched.* EXCLUDE (campaign),
    members.* EXCLUDE (campaign)
FROM matched
FULL OUTER JOIN members ON members.campaign = matched.campaign
ORDER BY 1
