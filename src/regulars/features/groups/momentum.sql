-- grain: one row per customer with an order or a return in the year before the cut-off
-- keys: customer_id
-- time: [$cutoff - 365 days, $cutoff), in stretches of 30, 90, 180 and 365 days that end at the cut-off
-- units: the shop's currency, orders
-- parameters: cutoff
-- needs: orders, returns
WITH events AS (
    SELECT
        customer_id,
        ordered_at AS happened_at,
        revenue AS amount,
        CASE WHEN NOT is_cancelled THEN 1 ELSE 0 END AS n_orders,
        CASE WHEN NOT is_cancelled THEN revenue END AS order_value
    FROM history_orders
    WHERE customer_id IS NOT NULL AND ordered_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 365 DAY
    UNION ALL
    SELECT customer_id, returned_at, -amount, 0, NULL
    FROM history_returns
    WHERE customer_id IS NOT NULL
        AND counts_as_revenue
        AND returned_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 365 DAY
),
placed AS (
    SELECT
        *,
        happened_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 30 DAY AS in_30d,
        happened_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 90 DAY AS in_90d,
        happened_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 180 DAY AS in_180d
    FROM events
),
summed AS (
    SELECT
        customer_id,
        coalesce(sum(amount) FILTER (WHERE in_30d), 0) AS amount_30d,
        coalesce(sum(amount) FILTER (WHERE in_90d), 0) AS amount_90d,
        coalesce(sum(amount) FILTER (WHERE in_180d), 0) AS amount_180d,
        sum(amount) AS amount_365d,
        coalesce(sum(n_orders) FILTER (WHERE in_30d), 0) AS n_30d,
        coalesce(sum(n_orders) FILTER (WHERE in_90d), 0) AS n_90d,
        coalesce(sum(n_orders) FILTER (WHERE in_180d), 0) AS n_180d,
        sum(n_orders) AS n_365d,
        coalesce(sum(order_value) FILTER (WHERE in_90d), 0) AS value_90d,
        coalesce(sum(order_value) FILTER (WHERE in_180d), 0) AS value_180d
    FROM placed
    GROUP BY customer_id
)
SELECT
    customer_id,
    CAST(amount_30d AS DOUBLE) AS revenue_last_30d,
    CAST(amount_90d AS DOUBLE) AS revenue_last_90d,
    CAST(amount_180d AS DOUBLE) AS revenue_last_180d,
    CAST(amount_365d AS DOUBLE) AS revenue_last_365d,
    -- the 90 days before are the 180 without the last 90
    CAST(2 * value_90d - value_180d AS DOUBLE) / nullif(CAST(value_180d AS DOUBLE), 0) AS revenue_trend,
    CAST(n_30d AS INTEGER) AS n_orders_last_30d,
    CAST(n_90d AS INTEGER) AS n_orders_last_90d,
    CAST(n_180d AS INTEGER) AS n_orders_last_180d,
    CAST(n_365d AS INTEGER) AS n_orders_last_365d,
    CAST(2 * n_90d - n_180d AS DOUBLE) / nullif(n_180d, 0) AS order_trend
FROM summed
