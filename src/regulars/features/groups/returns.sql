-- grain: one row per customer with an order before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff, returned_at < $cutoff
-- units: return events, the shop's currency
-- needs: orders, returns
WITH returned AS (
    SELECT customer_id, count(DISTINCT return_id) AS n, sum(amount) AS amount
    FROM history_returns
    WHERE customer_id IS NOT NULL AND counts_as_revenue
    GROUP BY customer_id
),
placed AS (
    SELECT
        customer_id,
        count(*) AS n_orders,
        count(*) FILTER (WHERE is_cancelled) AS n_cancelled,
        CAST(sum(revenue) AS DOUBLE) AS gross
    FROM history_orders
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
)
SELECT
    placed.customer_id,
    CAST(coalesce(returned.n, 0) AS INTEGER) AS n_returns,
    CAST(coalesce(returned.amount, 0) AS DOUBLE) AS return_value,
    CAST(coalesce(returned.amount, 0) AS DOUBLE) / nullif(placed.gross, 0) AS return_rate,
    CAST(placed.n_cancelled AS DOUBLE) / placed.n_orders AS cancelled_order_share
FROM placed
LEFT JOIN returned ON returned.customer_id = placed.customer_id
