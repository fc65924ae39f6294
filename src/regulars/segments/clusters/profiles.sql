-- grain: one row per track and group, outliers included
-- keys: track, cluster
-- time: features at the cut-off
WITH totals AS (
    SELECT count(*) AS n_customers, sum(CAST(revenue_to_date AS DECIMAL(18, 4))) AS revenue
    FROM features
    WHERE days_since_last_order IS NOT NULL
),
profiles AS (
    SELECT
        members.track,
        members.cluster,
        count(*) AS n_customers,
        sum(CAST(features.revenue_to_date AS DECIMAL(18, 4))) AS revenue,
        median(features.revenue_to_date) AS median_revenue,
        median(features.n_orders) AS median_n_orders,
        count(*) FILTER (WHERE features.n_orders = 1) AS n_one_time,
        median(features.days_since_last_order) AS median_days_since_last_order,
        median(features.active_span_days) AS median_active_span_days,
        median(features.mean_order_value) AS median_order_value,
        median(features.median_days_between_orders) AS median_days_between_orders,
        median(features.mean_lines_per_order) AS median_lines_per_order,
        sum(CAST(features.weekend_share AS DECIMAL(18, 9))) AS weekend_shares,
        count(features.weekend_share) AS n_weekend_shares,
        sum(CAST(features.repeat_product_share AS DECIMAL(18, 9))) AS repeat_shares,
        count(features.repeat_product_share) AS n_repeat_shares,
        sum(CAST(features.return_value AS DECIMAL(18, 4))) AS return_value,
        sum(CAST(features.gross_revenue_to_date AS DECIMAL(18, 4))) AS gross_revenue
    FROM cluster_members AS members
    INNER JOIN features ON features.customer_id = members.customer_id
    GROUP BY members.track, members.cluster
)
SELECT
    names.track,
    names.cluster,
    names.name,
    names.persona,
    profiles.n_customers,
    CAST(profiles.n_customers AS DOUBLE) / totals.n_customers AS customer_share,
    CAST(profiles.revenue AS DECIMAL(18, 4)) AS revenue,
    CAST(profiles.revenue AS DOUBLE) / nullif(CAST(totals.revenue AS DOUBLE), 0) AS revenue_share,
    profiles.median_revenue,
    profiles.median_n_orders,
    CAST(profiles.n_one_time AS DOUBLE) / profiles.n_customers AS one_time_share,
    profiles.median_days_since_last_order,
    profiles.median_active_span_days,
    profiles.median_order_value,
    profiles.median_days_between_orders,
    profiles.median_lines_per_order,
    CAST(profiles.weekend_shares AS DOUBLE) / nullif(profiles.n_weekend_shares, 0) AS mean_weekend_share,
    CAST(profiles.repeat_shares AS DOUBLE) / nullif(profiles.n_repeat_shares, 0) AS mean_repeat_product_share,
    CAST(profiles.return_value AS DOUBLE) / nullif(CAST(profiles.gross_revenue AS DOUBLE), 0) AS return_share
FROM cluster_names AS names
INNER JOIN profiles ON profiles.track = names.track AND profiles.cluster = names.cluster
CROSS JOIN totals
ORDER BY names.track, names.cluster
