-- grain: one row per country that an order came from
-- keys: country
-- time: orders and returns before $cutoff
-- needs: orders, returns, customers
-- A return belongs to the country of the order it takes back, else to its customer's.
WITH sales AS (
    SELECT
        coalesce(country, 'unknown') AS country,
        count(DISTINCT CASE WHEN NOT is_cancelled THEN customer_id END) AS n_customers,
        count(*) FILTER (WHERE NOT is_cancelled) AS n_orders,
        sum(revenue) AS gross_revenue,
        sum(CASE WHEN NOT is_cancelled THEN revenue END) AS kept_revenue,
        sum(CASE WHEN customer_id IS NULL THEN 0 ELSE revenue END) AS tracked_gross_revenue
    FROM history_orders
    GROUP BY coalesce(country, 'unknown')
),
given_back AS (
    SELECT
        coalesce(orders.country, customers.country, 'unknown') AS country,
        sum(refunds.amount) AS return_value
    FROM history_returns AS refunds
    LEFT JOIN history_orders AS orders ON orders.order_id = refunds.order_id
    LEFT JOIN history_customers AS customers ON customers.customer_id = refunds.customer_id
    WHERE refunds.counts_as_revenue
    GROUP BY coalesce(orders.country, customers.country, 'unknown')
),
countries AS (
    SELECT
        coalesce(sales.country, given_back.country) AS country,
        coalesce(sales.n_customers, 0) AS n_customers,
        coalesce(sales.n_orders, 0) AS n_orders,
        coalesce(sales.gross_revenue, 0) AS gross_revenue,
        sales.kept_revenue,
        coalesce(sales.tracked_gross_revenue, 0) AS tracked_gross_revenue,
        coalesce(sales.gross_revenue, 0) - coalesce(given_back.return_value, 0) AS revenue
    FROM sales
    FULL OUTER JOIN given_back ON given_back.country = sales.country
)
SELECT
    country,
    n_customers,
    n_orders,
    CAST(gross_revenue AS DECIMAL(18, 4)) AS gross_revenue,
    CAST(gross_revenue AS DOUBLE) / nullif(CAST(sum(gross_revenue) OVER () AS DOUBLE), 0) AS sales_share,
    CAST(tracked_gross_revenue AS DECIMAL(18, 4)) AS tracked_gross_revenue,
    CAST(tracked_gross_revenue AS DOUBLE)
    / nullif(CAST(sum(tracked_gross_revenue) OVER () AS DOUBLE), 0) AS tracked_sales_share,
    CAST(revenue AS DECIMAL(18, 4)) AS revenue,
    CAST(kept_revenue AS DOUBLE) / nullif(n_orders, 0) AS mean_order_value
FROM countries
ORDER BY country
