-- grain: one row per segment and place, the ten customers of most net revenue in each
-- keys: segment, place
-- time: features at the cut-off of the release
SELECT segment, place, customer_id, revenue, n_orders, last_order_on, median_days_between_orders, country
FROM (
    SELECT
        segments.segment,
        features.customer_id,
        features.revenue_to_date AS revenue,
        features.n_orders,
        CAST(features.cutoff AS DATE) - 1 - CAST(features.days_since_last_order AS INTEGER) AS last_order_on,
        features.median_days_between_orders,
        features.country,
        row_number() OVER (
            PARTITION BY segments.segment ORDER BY features.revenue_to_date DESC, features.customer_id
        ) AS place
    FROM segments
    INNER JOIN features ON features.customer_id = segments.customer_id
) AS placed
WHERE place <= 10
ORDER BY segment, place
