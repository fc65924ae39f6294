-- grain: one row: the last 365 days of the shop, and those before them
-- time: [$cutoff − 730 days, $cutoff)
-- parameters: cutoff, last_observed_day
-- needs: orders, returns, customers
WITH sold AS (
    SELECT
        min(order_day) AS first_day,
        coalesce(sum(revenue) FILTER (WHERE is_recent), 0) AS gross,
        coalesce(sum(revenue) FILTER (WHERE is_recent AND customer_id IS NULL), 0) AS untracked,
        count(*) FILTER (WHERE is_recent AND NOT is_cancelled) AS n_orders,
        count(*) FILTER (WHERE is_recent AND NOT is_cancelled AND customer_id IS NULL) AS n_untracked
    FROM (
        SELECT *, ordered_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 365 DAY AS is_recent FROM history_orders
    ) AS orders
),
back AS (
    SELECT
        coalesce(sum(amount), 0) AS amount,
        coalesce(sum(amount) FILTER (WHERE customer_id IS NULL), 0) AS untracked
    FROM history_returns
    WHERE counts_as_revenue AND returned_at >= CAST($cutoff AS TIMESTAMP) - INTERVAL 365 DAY
),
people AS (
    SELECT
        count(*) FILTER (WHERE is_buyer) AS n_buyers,
        count(*) FILTER (WHERE signed_up_at IS NOT NULL AND NOT is_buyer) AS n_never_ordered
    FROM history_customers
)
SELECT
    sold.first_day,
    CAST(sold.gross - back.amount AS DOUBLE) AS revenue,
    CAST(sold.gross AS DOUBLE) AS gross,
    CAST(sold.untracked - back.untracked AS DOUBLE) AS untracked_revenue,
    CAST(sold.untracked AS DOUBLE) AS untracked_gross,
    CAST(back.amount AS DOUBLE) AS return_value,
    sold.n_orders,
    sold.n_untracked,
    people.n_buyers,
    people.n_never_ordered,
    CASE
        WHEN sold.first_day IS NULL THEN 0
        ELSE date_diff('day', sold.first_day, CAST($last_observed_day AS DATE)) + 1
    END AS history_days
FROM sold
CROSS JOIN back
CROSS JOIN people
