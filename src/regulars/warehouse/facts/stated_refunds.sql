-- grain: one row per known version of an order that states another sum refunded than the version before it
-- keys: order_id, version
-- time: the instant at which the source last changed the order, else that of the order
-- A refund is of all that was paid; the part of it that was paid for lines that count is what counts. Negative when a
-- version states less than the one before, or when its status gives back in full what was refunded in part already.
WITH stamps AS (
    SELECT order_id, version, max(updated_at) AS updated_at,
        bool_or(status_meaning IN ('cancelled', 'refunded')) AS is_ended
    FROM stg_settled
    WHERE side = 'sale'
    GROUP BY order_id, version
),
stated AS (
    SELECT
        orders.order_id,
        orders.version,
        orders.customer_id,
        greatest(orders.ordered_at, coalesce(stamps.updated_at, orders.ordered_at)) AS returned_at,
        CASE
            WHEN stamps.is_ended THEN 0
            ELSE least(orders.revenue, CAST(round(
                CAST(amounts.order_refund AS DOUBLE) * CAST(orders.revenue AS DOUBLE)
                / nullif(CAST(orders.revenue + orders.charges + coalesce(
                    CASE WHEN $prices_include_tax THEN NULL ELSE orders.tax END, 0) AS DOUBLE), 0),
            4) AS DECIMAL(18, 4)))
        END AS refunded
    FROM fct_orders AS orders
    INNER JOIN stg_order_amounts AS amounts
        ON amounts.order_id = orders.order_id AND amounts.version = orders.version
    INNER JOIN stamps ON stamps.order_id = orders.order_id AND stamps.version = orders.version
),
changes AS (
    SELECT
        stated.*,
        coalesce(refunded, 0) - coalesce(lag(refunded) OVER (PARTITION BY order_id ORDER BY version), 0) AS amount
    FROM stated
)
SELECT order_id, version, customer_id, returned_at, CAST(amount AS DECIMAL(18, 4)) AS amount
FROM changes
WHERE amount <> 0
