-- grain: one row per customer
-- keys: customer_id
-- time: features and purchase days at the cut-off
-- parameters: slipping_after, lapsed_after (in usual gaps)
-- needs: purchase_days
-- The usual gap is the median of a customer's own gaps once there are three, else the shop's; at least a day, and 90
-- days in a shop where nobody has come back yet.
WITH gaps AS (
    SELECT
        customer_id,
        count(*) AS n_purchase_days,
        count(gap_days) AS n_gaps,
        CAST(median(gap_days) AS DOUBLE) AS own_gap_days,
        max_by(gap_days, purchase_day) AS last_gap_days
    FROM history_purchase_days
    GROUP BY customer_id
),
known AS (
    SELECT
        features.customer_id,
        features.days_since_last_order,
        gaps.n_purchase_days,
        gaps.last_gap_days,
        greatest(
            CASE
                WHEN gaps.n_gaps >= 3 THEN gaps.own_gap_days
                ELSE coalesce(shop_statistics.median_days_between_orders, 90)
            END,
            1
        ) AS usual_gap_days
    FROM features
    CROSS JOIN shop_statistics
    LEFT JOIN gaps ON gaps.customer_id = features.customer_id
)
SELECT
    customer_id,
    CASE
        WHEN days_since_last_order IS NULL THEN 'never_ordered'
        WHEN days_since_last_order > $lapsed_after * usual_gap_days THEN 'lapsed'
        WHEN days_since_last_order > $slipping_after * usual_gap_days THEN 'slipping'
        WHEN n_purchase_days = 1 THEN 'new'
        WHEN last_gap_days > $lapsed_after * usual_gap_days THEN 'returned'
        ELSE 'active'
    END AS lifecycle_stage
FROM known
