-- grain: one row per order that was taken back in full
-- keys: order_id
-- An order that a status alone takes back, at its own instant, was taken back nobody knows when.
SELECT
    'order ' || orders.order_id || coalesce(' of customer ' || orders.customer_id, '')
        || CASE
            WHEN cancelled_by = 'status' AND cancelled_at = ordered_at THEN ''
            WHEN minutes < 120 THEN ', after ' || CAST(minutes AS VARCHAR) || ' minutes'
            WHEN minutes < 2880 THEN ', after ' || CAST(CAST(floor(minutes / 60.0) AS BIGINT) AS VARCHAR) || ' hours'
            ELSE ', after ' || CAST(CAST(floor(minutes / 1440.0) AS BIGINT) AS VARCHAR) || ' days'
        END AS about,
    cancelled_at AS happened_at,
    revenue AS money,
    1 AS n_rows,
    orders.order_id,
    orders.customer_id,
    ordered_at,
    cancelled_at,
    minutes,
    cancelled_by
FROM (
    SELECT
        placed.order_id,
        placed.customer_id,
        placed.ordered_at,
        placed.revenue,
        ended.cancelled_at,
        ended.cancelled_by,
        CAST((epoch(ended.cancelled_at) - epoch(placed.ordered_at)) / 60 AS BIGINT) AS minutes
    FROM fct_cancellations AS ended
    INNER JOIN fct_orders AS placed ON placed.order_id = ended.order_id AND placed.known_until IS NULL
) AS orders
