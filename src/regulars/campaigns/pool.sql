-- grain: one row per customer: what every campaign asks of them
-- keys: customer_id
-- time: features, segments and predictions at the cut-off; suppressions, contacts and running campaigns as of now
-- parameters: cutoff, quiet_days, unknown_consent, new_days, emerging_purchases, established_purchases, send_hour
-- needs: customers
WITH shop AS (
    SELECT
        median(features.median_order_value) AS order_value,
        (SELECT count(consent) > 0 FROM history_customers) AS tells_consent
    FROM features
),
usual_weekday AS (
    SELECT preferred_weekday AS weekday
    FROM features
    WHERE preferred_weekday IS NOT NULL
    GROUP BY preferred_weekday
    ORDER BY count(*) DESC, preferred_weekday
    LIMIT 1
),
usual_hour AS (
    SELECT preferred_hour AS hour_of_day
    FROM features
    WHERE preferred_hour IS NOT NULL
    GROUP BY preferred_hour
    ORDER BY count(*) DESC, preferred_hour
    LIMIT 1
),
contacted AS (
    SELECT DISTINCT customer_id
    FROM campaign_contacts
    WHERE contacted_at >= CAST($cutoff AS TIMESTAMP) - to_days(CAST($quiet_days AS INTEGER))
),
written AS (
    SELECT
        features.customer_id,
        CAST(coalesce(advised.send_weekday, (SELECT weekday FROM usual_weekday)) AS INTEGER) AS weekday,
        CAST(coalesce(advised.send_hour, (SELECT hour_of_day FROM usual_hour), $send_hour) AS INTEGER) AS hour_of_day
    FROM features
    LEFT JOIN campaign_send_times AS advised ON advised.customer_id = features.customer_id
)
SELECT
    features.customer_id,
    CASE
        WHEN customers.consent IS NOT NULL THEN customers.consent
        WHEN CAST($unknown_consent AS VARCHAR) = 'auto' THEN NOT shop.tells_consent
        ELSE CAST($unknown_consent AS VARCHAR) = 'write'
    END AS may_be_written_to,
    suppressed.customer_id IS NOT NULL AS is_suppressed,
    contacted.customer_id IS NOT NULL AS is_recently_contacted,
    coalesce(running.is_exclusive, FALSE) AS is_in_running_campaign,
    CASE
        WHEN predictions.confidence_tier IS NOT NULL THEN predictions.confidence_tier
        WHEN features.days_since_last_order IS NULL THEN NULL
        WHEN features.n_purchase_days >= $established_purchases THEN 'established'
        WHEN features.n_purchase_days >= $emerging_purchases THEN 'emerging'
        WHEN features.days_since_first_order < $new_days THEN 'new'
        ELSE 'cold_start'
    END AS confidence_tier,
    predictions.p_churn,
    predictions.revenue_at_risk,
    coalesce(features.median_order_value, shop.order_value) AS order_value,
    coalesce(predictions.value_tier, 'money score ' || CAST(segments.m_score AS VARCHAR), 'no value known') AS stratum,
    CAST($cutoff AS TIMESTAMP)
        + to_days(CAST((coalesce(written.weekday, isodow(CAST($cutoff AS TIMESTAMP))) - isodow(CAST($cutoff AS TIMESTAMP)) + 7) % 7 AS INTEGER))
        + to_hours(written.hour_of_day) AS send_at
FROM features
CROSS JOIN shop
INNER JOIN history_customers AS customers ON customers.customer_id = features.customer_id
INNER JOIN written ON written.customer_id = features.customer_id
LEFT JOIN segments ON segments.customer_id = features.customer_id
LEFT JOIN campaign_predictions AS predictions ON predictions.customer_id = features.customer_id
LEFT JOIN campaign_suppressions AS suppressed ON suppressed.customer_id = features.customer_id
LEFT JOIN contacted ON contacted.customer_id = features.customer_id
LEFT JOIN (
    SELECT customer_id, bool_or(NOT may_overlap) AS is_exclusive FROM campaign_running GROUP BY customer_id
) AS running ON running.customer_id = features.customer_id
