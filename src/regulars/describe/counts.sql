-- grain: one row: what can be counted of the whole shop
-- time: history and features at the cut-off
-- needs: orders, returns, customers, purchase_days
WITH placed AS (
    SELECT
        count(*) FILTER (WHERE NOT is_cancelled) AS n_orders,
        count(*) FILTER (WHERE is_cancelled) AS n_cancelled_orders,
        count(*) FILTER (WHERE NOT is_cancelled AND customer_id IS NULL) AS n_untracked_orders,
        CAST(coalesce(sum(revenue), 0) AS DOUBLE) AS gross_revenue,
        CAST(coalesce(sum(CASE WHEN customer_id IS NULL THEN revenue END), 0) AS DOUBLE) AS untracked_gross_revenue,
        CAST(sum(CASE WHEN NOT is_cancelled THEN revenue END) AS DOUBLE) AS kept_order_value,
        CAST(median(CASE WHEN NOT is_cancelled THEN CAST(revenue AS DOUBLE) END) AS DOUBLE) AS median_order_value,
        CAST(min(ordered_at) AS DATE) AS first_order_on,
        CAST(max(ordered_at) AS DATE) AS last_order_on
    FROM history_orders
),
given_back AS (
    SELECT
        CAST(coalesce(sum(amount), 0) AS DOUBLE) AS return_value,
        CAST(coalesce(sum(CASE WHEN customer_id IS NOT NULL THEN amount END), 0) AS DOUBLE) AS tracked_return_value
    FROM history_returns
    WHERE counts_as_revenue
),
known AS (
    SELECT
        count(*) AS n_customers,
        count(*) FILTER (WHERE is_buyer) AS n_buyers,
        count(*) FILTER (WHERE signed_up_at IS NOT NULL) AS n_registered,
        count(*) FILTER (WHERE signed_up_at IS NOT NULL AND is_buyer) AS n_registered_buyers
    FROM history_customers
),
bought AS (
    SELECT
        count(*) FILTER (WHERE n_orders = 1) AS n_one_time,
        count(*) FILTER (WHERE n_orders > 1) AS n_repeat,
        count(*) FILTER (WHERE n_returns > 0) AS n_returners,
        CAST(
            sum(CAST(revenue_to_date AS DECIMAL(18, 4))) FILTER (WHERE n_orders > 1) AS DOUBLE
        ) AS repeat_revenue,
        CAST(median(revenue_to_date) AS DOUBLE) AS median_revenue
    FROM features
    WHERE days_since_last_order IS NOT NULL
),
rhythm_of_days AS (
    SELECT
        CAST(median(gap_days) AS DOUBLE) AS median_gap_days,
        CAST(median(CASE WHEN purchase_number = 2 THEN gap_days END) AS DOUBLE) AS median_days_to_second
    FROM (
        SELECT
            gap_days, row_number() OVER (PARTITION BY customer_id ORDER BY purchase_day) AS purchase_number
        FROM history_purchase_days
    ) AS numbered
),
inequality AS (
    SELECT
        CAST(2 * sum(CAST(place AS DECIMAL(19, 0)) * revenue) AS DOUBLE)
        / nullif(CAST(count(*) AS DOUBLE) * CAST(sum(revenue) AS DOUBLE), 0)
        - (CAST(count(*) AS DOUBLE) + 1) / nullif(count(*), 0) AS gini
    FROM (
        SELECT
            greatest(CAST(revenue_to_date AS DECIMAL(18, 4)), 0) AS revenue,
            row_number() OVER (ORDER BY revenue_to_date, customer_id) AS place
        FROM features
        WHERE days_since_last_order IS NOT NULL
    ) AS spenders
)
SELECT placed.*, given_back.*, known.*, bought.*, rhythm_of_days.*, inequality.gini
FROM placed
CROSS JOIN given_back
CROSS JOIN known
CROSS JOIN bought
CROSS JOIN rhythm_of_days
CROSS JOIN inequality
