-- grain: one row: what the first screen and "what is not known" need beside the shop's facts
-- time: everything before the cut-off of the release
-- Overdue are customers of the last 365 days who are past twice their usual gap (slipping or lapsed).
-- Strangers gave something back and never ordered in this data: they lower the months, but are nobody's history.
SELECT
    placed.first_order_on,
    placed.n_orders,
    placed.n_untracked_orders,
    placed.n_with_cost,
    people.n_with_consent,
    bought.one_time_revenue,
    bought.n_one_time,
    overdue.n_overdue,
    overdue.overdue_revenue,
    overdue.n_slipping,
    overdue.slipping_revenue,
    strangers.n_strangers,
    strangers.given_to_strangers
FROM (
    SELECT
        CAST(min(ordered_at) AS DATE) AS first_order_on,
        count(*) AS n_orders,
        count(*) FILTER (WHERE customer_id IS NULL AND NOT is_cancelled) AS n_untracked_orders,
        count(cost) AS n_with_cost
    FROM orders
) AS placed
CROSS JOIN (SELECT count(consent) AS n_with_consent FROM customers) AS people
CROSS JOIN (
    SELECT
        count(*) FILTER (WHERE n_orders = 1) AS n_one_time,
        coalesce(sum(CAST(revenue_to_date AS DECIMAL(18, 4))) FILTER (WHERE n_orders = 1), 0) AS one_time_revenue
    FROM features
) AS bought
CROSS JOIN (
    SELECT
        count(DISTINCT returns.customer_id) AS n_strangers,
        coalesce(sum(returns.amount), 0) AS given_to_strangers
    FROM returns
    LEFT JOIN features ON features.customer_id = returns.customer_id
    WHERE returns.counts_as_revenue AND returns.customer_id IS NOT NULL AND features.customer_id IS NULL
) AS strangers
CROSS JOIN (
    SELECT
        count(*) AS n_overdue,
        coalesce(sum(CAST(features.revenue_last_365d AS DECIMAL(18, 4))), 0) AS overdue_revenue,
        count(*) FILTER (WHERE segments.lifecycle_stage = 'slipping') AS n_slipping,
        coalesce(
            sum(CAST(features.revenue_last_365d AS DECIMAL(18, 4))) FILTER (WHERE segments.lifecycle_stage = 'slipping'), 0
        ) AS slipping_revenue
    FROM segments
    INNER JOIN features ON features.customer_id = segments.customer_id
    WHERE segments.lifecycle_stage IN ('slipping', 'lapsed') AND features.revenue_last_365d > 0
) AS overdue
