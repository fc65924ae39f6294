-- grain: one row per calendar month, from the first order to the last observed day, empty months included
-- keys: month
-- time: orders and returns before $cutoff, each in the month it happened
-- parameters: cutoff, last_observed_day
-- needs: orders, returns
-- The first month counts as complete when orders begin within its first three days.
WITH sales AS (
    SELECT
        CAST(date_trunc('month', ordered_at) AS DATE) AS month,
        sum(revenue) AS gross_revenue,
        sum(CASE WHEN customer_id IS NULL THEN revenue ELSE 0 END) AS untracked_gross_revenue,
        count(*) FILTER (WHERE NOT is_cancelled) AS n_orders,
        count(*) FILTER (WHERE NOT is_cancelled AND customer_id IS NULL) AS n_untracked_orders,
        count(DISTINCT CASE WHEN NOT is_cancelled THEN customer_id END) AS n_customers
    FROM history_orders
    GROUP BY CAST(date_trunc('month', ordered_at) AS DATE)
),
given_back AS (
    SELECT
        CAST(date_trunc('month', returned_at) AS DATE) AS month,
        sum(amount) AS return_value,
        sum(CASE WHEN customer_id IS NULL THEN amount ELSE 0 END) AS untracked_return_value
    FROM history_returns
    WHERE counts_as_revenue
    GROUP BY CAST(date_trunc('month', returned_at) AS DATE)
),
newcomers AS (
    SELECT month, count(*) AS n_new_customers
    FROM (
        SELECT customer_id, CAST(date_trunc('month', min(ordered_at)) AS DATE) AS month
        FROM history_orders
        WHERE customer_id IS NOT NULL AND NOT is_cancelled
        GROUP BY customer_id
    ) AS first_orders
    GROUP BY month
),
span AS (
    SELECT min(CAST(ordered_at AS DATE)) AS first_day FROM history_orders
),
months AS (
    SELECT
        CAST(
            unnest(
                generate_series(
                    CAST(date_trunc('month', first_day) AS DATE), CAST($last_observed_day AS DATE), INTERVAL 1 MONTH
                )
            ) AS DATE
        ) AS month,
        first_day
    FROM span
    WHERE first_day IS NOT NULL
)
SELECT
    months.month,
    months.month + INTERVAL 2 DAY >= months.first_day
    AND CAST(months.month + INTERVAL 1 MONTH AS TIMESTAMP) <= CAST($cutoff AS TIMESTAMP) AS is_complete,
    CAST(coalesce(sales.gross_revenue, 0) AS DECIMAL(18, 4)) AS gross_revenue,
    CAST(coalesce(given_back.return_value, 0) AS DECIMAL(18, 4)) AS return_value,
    CAST(coalesce(sales.gross_revenue, 0) - coalesce(given_back.return_value, 0) AS DECIMAL(18, 4)) AS revenue,
    CAST(
        coalesce(sales.gross_revenue, 0) - coalesce(sales.untracked_gross_revenue, 0)
        - coalesce(given_back.return_value, 0) + coalesce(given_back.untracked_return_value, 0) AS DECIMAL(18, 4)
    ) AS tracked_revenue,
    CAST(
        coalesce(sales.untracked_gross_revenue, 0) - coalesce(given_back.untracked_return_value, 0) AS DECIMAL(18, 4)
    ) AS untracked_revenue,
    CAST(coalesce(sales.untracked_gross_revenue, 0) AS DECIMAL(18, 4)) AS untracked_gross_revenue,
    CAST(sales.untracked_gross_revenue AS DOUBLE)
    / nullif(CAST(sales.gross_revenue AS DOUBLE), 0) AS untracked_share,
    coalesce(sales.n_orders, 0) AS n_orders,
    coalesce(sales.n_untracked_orders, 0) AS n_untracked_orders,
    coalesce(sales.n_customers, 0) AS n_customers,
    coalesce(newcomers.n_new_customers, 0) AS n_new_customers
FROM months
LEFT JOIN sales ON sales.month = months.month
LEFT JOIN given_back ON given_back.month = months.month
LEFT JOIN newcomers ON newcomers.month = months.month
ORDER BY months.month
