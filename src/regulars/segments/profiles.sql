-- grain: one row per segmentation and segment, empty segments included
-- keys: segmentation, segment
-- time: features at the cut-off
WITH members AS (
    SELECT customer_id, 'segment' AS segmentation, segment FROM segments
    UNION ALL
    SELECT customer_id, 'lifecycle_stage' AS segmentation, lifecycle_stage AS segment FROM segments
),
totals AS (
    SELECT
        count(*) AS n_customers,
        sum(CAST(revenue_to_date AS DECIMAL(18, 4))) AS revenue,
        sum(CAST(revenue_last_365d AS DECIMAL(18, 4))) AS revenue_last_365d
    FROM features
),
profiles AS (
    SELECT
        members.segmentation,
        members.segment,
        count(*) AS n_customers,
        sum(CAST(features.revenue_to_date AS DECIMAL(18, 4))) AS revenue,
        sum(CAST(features.revenue_last_365d AS DECIMAL(18, 4))) AS revenue_last_365d,
        median(features.revenue_to_date) AS median_revenue,
        sum(features.days_since_last_order) AS days_since_last_order,
        count(features.days_since_last_order) AS n_buyers,
        median(features.days_since_last_order) AS median_days_since_last_order,
        sum(features.n_orders) AS n_orders,
        median(features.n_orders) AS median_n_orders,
        count(*) FILTER (WHERE features.n_orders = 1) AS n_one_time,
        sum(CAST(features.mean_order_value AS DECIMAL(18, 4))) AS order_values,
        median(features.mean_order_value) AS median_order_value,
        median(features.median_days_between_orders) AS median_days_between_orders,
        sum(features.n_products) AS n_products,
        sum(CAST(features.return_value AS DECIMAL(18, 4))) AS return_value,
        sum(CAST(features.gross_revenue_to_date AS DECIMAL(18, 4))) AS gross_revenue,
        median(features.days_since_first_order) AS median_days_since_first_order,
        sum(segments.r_score) AS r_scores,
        sum(segments.f_score) AS f_scores,
        sum(segments.m_score) AS m_scores
    FROM members
    INNER JOIN features ON features.customer_id = members.customer_id
    INNER JOIN segments ON segments.customer_id = members.customer_id
    GROUP BY members.segmentation, members.segment
)
SELECT
    names.segmentation,
    names.segment,
    CAST(names.place AS INTEGER) AS place,
    names.rule,
    names.action,
    names.stake,
    coalesce(profiles.n_customers, 0) AS n_customers,
    CAST(coalesce(profiles.n_customers, 0) AS DOUBLE) / nullif(totals.n_customers, 0) AS customer_share,
    CAST(coalesce(profiles.revenue, 0) AS DECIMAL(18, 4)) AS revenue,
    CAST(coalesce(profiles.revenue, 0) AS DOUBLE) / nullif(CAST(totals.revenue AS DOUBLE), 0) AS revenue_share,
    CAST(coalesce(profiles.revenue_last_365d, 0) AS DECIMAL(18, 4)) AS revenue_last_365d,
    CAST(coalesce(profiles.revenue_last_365d, 0) AS DOUBLE)
    / nullif(CAST(totals.revenue_last_365d AS DOUBLE), 0) AS revenue_last_365d_share,
    CAST(profiles.revenue AS DOUBLE) / profiles.n_customers AS mean_revenue,
    profiles.median_revenue,
    CAST(profiles.revenue_last_365d AS DOUBLE) / profiles.n_customers AS mean_revenue_last_365d,
    CAST(profiles.days_since_last_order AS DOUBLE) / nullif(profiles.n_buyers, 0) AS mean_days_since_last_order,
    profiles.median_days_since_last_order,
    CAST(coalesce(profiles.n_orders, 0) AS BIGINT) AS n_orders,
    CAST(profiles.n_orders AS DOUBLE) / profiles.n_customers AS mean_n_orders,
    profiles.median_n_orders,
    CAST(profiles.n_one_time AS DOUBLE) / profiles.n_customers AS one_time_share,
    CAST(profiles.order_values AS DOUBLE) / nullif(profiles.n_buyers, 0) AS mean_order_value,
    profiles.median_order_value,
    profiles.median_days_between_orders,
    CAST(profiles.n_products AS DOUBLE) / profiles.n_customers AS mean_n_products,
    CAST(profiles.return_value AS DOUBLE) / nullif(CAST(profiles.gross_revenue AS DOUBLE), 0) AS return_share,
    profiles.median_days_since_first_order,
    CAST(profiles.r_scores AS DOUBLE) / nullif(profiles.n_buyers, 0) AS mean_r_score,
    CAST(profiles.f_scores AS DOUBLE) / nullif(profiles.n_buyers, 0) AS mean_f_score,
    CAST(profiles.m_scores AS DOUBLE) / nullif(profiles.n_buyers, 0) AS mean_m_score
FROM segment_names AS names
LEFT JOIN profiles ON profiles.segmentation = names.segmentation AND profiles.segment = names.segment
CROSS JOIN totals
ORDER BY names.segmentation DESC, names.place
