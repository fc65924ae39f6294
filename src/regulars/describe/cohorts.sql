-- grain: one row per month of first order and month since then, up to the last observed day
-- keys: cohort_month, period
-- time: orders and returns before $cutoff; an order that was taken back does not make a customer active, and what was
--   taken back before the first order that was kept counts with it
-- parameters: cutoff, last_observed_day
-- needs: orders, returns
WITH first_orders AS (
    SELECT customer_id, CAST(date_trunc('month', min(ordered_at)) AS DATE) AS cohort_month
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id
),
cohort_sizes AS (
    SELECT cohort_month, count(*) AS cohort_size FROM first_orders GROUP BY cohort_month
),
events AS (
    SELECT
        customer_id,
        CAST(date_trunc('month', ordered_at) AS DATE) AS month,
        revenue AS amount,
        CASE WHEN is_cancelled THEN 0 ELSE 1 END AS n_orders
    FROM history_orders
    WHERE customer_id IS NOT NULL
    UNION ALL
    SELECT
        customer_id, CAST(date_trunc('month', returned_at) AS DATE) AS month, -amount AS amount, 0 AS n_orders
    FROM history_returns
    WHERE customer_id IS NOT NULL AND counts_as_revenue
),
customer_months AS (
    SELECT customer_id, month, sum(amount) AS revenue, sum(n_orders) AS n_orders
    FROM events
    GROUP BY customer_id, month
),
cells AS (
    SELECT
        first_orders.cohort_month,
        greatest(customer_months.month, first_orders.cohort_month) AS month,
        count(DISTINCT CASE WHEN customer_months.n_orders > 0 THEN customer_months.customer_id END) AS n_customers,
        sum(customer_months.n_orders) AS n_orders,
        sum(customer_months.revenue) AS revenue
    FROM customer_months
    INNER JOIN first_orders ON first_orders.customer_id = customer_months.customer_id
    GROUP BY 1, 2
),
grid AS (
    SELECT
        cohort_month,
        cohort_size,
        cohort_month = min(cohort_month) OVER () AS may_be_older,
        CAST(
            unnest(generate_series(cohort_month, CAST($last_observed_day AS DATE), INTERVAL 1 MONTH)) AS DATE
        ) AS month
    FROM cohort_sizes
),
filled AS (
    SELECT
        grid.cohort_month,
        CAST(
            12 * (year(grid.month) - year(grid.cohort_month)) + month(grid.month) - month(grid.cohort_month)
            AS INTEGER
        ) AS period,
        grid.cohort_size,
        grid.may_be_older,
        grid.month,
        coalesce(cells.n_customers, 0) AS n_customers,
        coalesce(cells.n_orders, 0) AS n_orders,
        coalesce(cells.revenue, 0) AS revenue
    FROM grid
    LEFT JOIN cells ON cells.cohort_month = grid.cohort_month AND cells.month = grid.month
)
SELECT
    cohort_month,
    period,
    month,
    CAST(month + INTERVAL 1 MONTH AS TIMESTAMP) <= CAST($cutoff AS TIMESTAMP) AS is_complete,
    may_be_older,
    cohort_size,
    n_customers,
    CAST(n_customers AS DOUBLE) / cohort_size AS retention_rate,
    CAST(n_orders AS BIGINT) AS n_orders,
    CAST(revenue AS DECIMAL(18, 4)) AS revenue,
    CAST(revenue AS DOUBLE)
    / nullif(CAST(max(CASE WHEN period = 0 THEN revenue END) OVER (PARTITION BY cohort_month) AS DOUBLE), 0)
        AS revenue_retention,
    CAST(
        sum(revenue) OVER (PARTITION BY cohort_month ORDER BY period ROWS UNBOUNDED PRECEDING) AS DOUBLE
    ) / cohort_size AS cumulative_revenue_per_customer
FROM filled
ORDER BY cohort_month, period
