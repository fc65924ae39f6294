-- grain: one row per order that was taken back in full
-- keys: order_id
-- time: cancelled_at, the instant from which nothing of its counted revenue was left
-- A product can take back no more of an order than the order sold of it, so that a credit note linked to the wrong one
-- of two like orders does not cancel it. Once cancelled, an order stays cancelled.
WITH returned AS (
    SELECT order_id, returned_at, product_id, sum(amount) AS amount, bool_and(is_row) AS by_rows
    FROM fct_returns
    WHERE order_id IS NOT NULL AND counts_as_revenue
    GROUP BY order_id, returned_at, product_id
),
versions AS (
    SELECT DISTINCT
        returned.order_id,
        returned.returned_at,
        max(orders.version) OVER (PARTITION BY returned.order_id, returned.returned_at) AS version
    FROM returned
    INNER JOIN fct_orders AS orders
        ON orders.order_id = returned.order_id
        AND (orders.known_from IS NULL OR orders.known_from <= returned.returned_at)
),
sold AS (
    SELECT lines.order_id, lines.version, lines.product_id, sum(lines.amount) AS amount
    FROM fct_order_lines AS lines
    INNER JOIN (SELECT DISTINCT order_id, version FROM versions) AS wanted
        ON wanted.order_id = lines.order_id AND wanted.version = lines.version
    WHERE lines.counts_as_revenue
    GROUP BY lines.order_id, lines.version, lines.product_id
),
so_far AS (
    SELECT
        returned.order_id,
        returned.returned_at,
        returned.by_rows,
        versions.version,
        returned.product_id IS NULL AS is_money_alone,
        sold.amount AS sold,
        returned.amount,
        sum(returned.amount) OVER (
            PARTITION BY returned.order_id, returned.product_id ORDER BY returned.returned_at
        ) AS returned_so_far
    FROM returned
    INNER JOIN versions
        ON versions.order_id = returned.order_id AND versions.returned_at = returned.returned_at
    LEFT JOIN sold
        ON sold.order_id = returned.order_id
        AND sold.version = versions.version
        AND sold.product_id = returned.product_id
),
steps AS (
    SELECT
        order_id,
        returned_at,
        version,
        bool_and(by_rows) AS by_rows,
        sum(CASE
            WHEN is_money_alone THEN amount
            ELSE least(returned_so_far, coalesce(sold, 0)) - least(returned_so_far - amount, coalesce(sold, 0))
        END) AS taken_back
    FROM so_far
    GROUP BY order_id, returned_at, version
),
totals AS (
    SELECT
        steps.*,
        sum(taken_back) OVER (PARTITION BY order_id ORDER BY returned_at) AS taken_back_so_far
    FROM steps
),
by_returns AS (
    SELECT
        totals.order_id,
        min(totals.returned_at) AS cancelled_at,
        min_by(totals.by_rows, totals.returned_at) AS by_rows
    FROM totals
    INNER JOIN fct_orders AS orders
        ON orders.order_id = totals.order_id AND orders.version = totals.version
    WHERE totals.taken_back_so_far >= orders.revenue AND orders.revenue > 0
    GROUP BY totals.order_id
),
by_status AS (
    SELECT settled.order_id, min(returns.returned_at) AS cancelled_at
    FROM stg_status_returns AS returns
    INNER JOIN stg_settled AS settled ON settled.line_id = returns.line_id
    INNER JOIN (
        SELECT order_id, version
        FROM stg_settled
        WHERE side = 'sale'
        GROUP BY order_id, version
        HAVING bool_and(status_meaning IN ('cancelled', 'refunded'))
    ) AS ended ON ended.order_id = settled.order_id AND ended.version = settled.version
    GROUP BY settled.order_id
)
SELECT
    coalesce(by_returns.order_id, by_status.order_id) AS order_id,
    least(by_returns.cancelled_at, by_status.cancelled_at) AS cancelled_at,
    CASE WHEN by_status.order_id IS NULL AND by_returns.by_rows THEN 'returns' ELSE 'status' END AS cancelled_by
FROM by_returns
FULL OUTER JOIN by_status ON by_status.order_id = by_returns.order_id
