-- grain: one row per customer with an order before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff, returned_at < $cutoff
-- units: the shop's currency; sums are exact until the last step
-- needs: orders, returns, purchase_days
WITH orders AS (
    SELECT
        customer_id,
        ordered_at,
        order_id,
        revenue,
        CASE WHEN NOT is_cancelled THEN revenue END AS order_value,
        -- in ten-thousandths, whole, so that squares add up exactly
        CASE WHEN NOT is_cancelled THEN CAST(CAST(revenue AS DECIMAL(38, 4)) * 10000 AS HUGEINT) END AS units
    FROM history_orders
    WHERE customer_id IS NOT NULL
),
placed AS (
    SELECT
        customer_id,
        sum(revenue) AS gross,
        count(order_value) AS n,
        CAST(sum(order_value) AS DOUBLE) AS total,
        CAST(max(order_value) AS DOUBLE) AS highest,
        CAST(min(order_value) AS DOUBLE) AS lowest,
        quantile_cont(CAST(order_value AS DOUBLE), 0.5) AS middle,
        sum(units) AS sum_units,
        sum(units * units) AS sum_squares,
        max(CASE WHEN order_value IS NOT NULL THEN ordered_at END) AS last_ordered_at
    FROM orders
    GROUP BY customer_id
),
spread AS (
    SELECT
        *,
        CASE
            WHEN n >= 3
                THEN sqrt(CAST(n * sum_squares - sum_units * sum_units AS DOUBLE) / (CAST(n AS DOUBLE) * (n - 1))) / 10000
        END AS std
    FROM placed
),
latest AS (  -- at one instant the last by order id
    SELECT orders.customer_id, CAST(max_by(orders.order_value, orders.order_id) AS DOUBLE) AS order_value
    FROM orders
    INNER JOIN placed
        ON placed.customer_id = orders.customer_id
        AND placed.last_ordered_at = orders.ordered_at
    WHERE orders.order_value IS NOT NULL
    GROUP BY orders.customer_id
),
returned AS (
    SELECT customer_id, sum(amount) AS amount
    FROM history_returns
    WHERE customer_id IS NOT NULL AND counts_as_revenue
    GROUP BY customer_id
),
repeated AS (
    SELECT customer_id, CAST(sum(revenue) AS DOUBLE) / count(*) AS mean_value
    FROM history_purchase_days
    WHERE gap_days IS NOT NULL
    GROUP BY customer_id
)
SELECT
    spread.customer_id,
    CAST(spread.gross - coalesce(returned.amount, 0) AS DOUBLE) AS revenue_to_date,
    CAST(spread.gross AS DOUBLE) AS gross_revenue_to_date,
    spread.total / nullif(spread.n, 0) AS mean_order_value,
    spread.middle AS median_order_value,
    spread.highest AS max_order_value,
    spread.lowest AS min_order_value,
    spread.std AS order_value_std,
    spread.std / nullif(spread.total / nullif(spread.n, 0), 0) AS order_value_cv,
    repeated.mean_value AS mean_repeat_order_value,
    latest.order_value AS last_order_value,
    latest.order_value / nullif(spread.total / nullif(spread.n, 0), 0) AS last_order_value_ratio
FROM spread
LEFT JOIN latest ON latest.customer_id = spread.customer_id
LEFT JOIN returned ON returned.customer_id = spread.customer_id
LEFT JOIN repeated ON repeated.customer_id = spread.customer_id
