-- grain: one row per piece of time in which customers were first seen and piece of time with an order or return of theirs;
--   first_piece is null for orders and returns without a known customer
-- keys: first_piece, piece
-- time: orders and returns before $cutoff, each at its own instant; a customer is first seen with the first of these
-- units: the shop's currency, customers; a piece is the part of a calendar month before ($into_month_seconds) or from
--   there on: 2 × (12 × year + month − 1), and one more for the latter
-- parameters: into_month_seconds
-- needs: orders, returns
WITH events AS (
    SELECT customer_id, ordered_at AS happened_at, revenue AS amount
    FROM history_orders
    UNION ALL
    SELECT customer_id, returned_at AS happened_at, -amount AS amount
    FROM history_returns
    WHERE counts_as_revenue
),
placed AS (
    SELECT
        customer_id,
        2 * (12 * year(happened_at) + month(happened_at) - 1)
        + CASE
            WHEN
                86400 * (day(happened_at) - 1) + 3600 * hour(happened_at) + 60 * minute(happened_at)
                + second(happened_at) >= CAST($into_month_seconds AS INTEGER)
                THEN 1
            ELSE 0
        END AS piece,
        amount
    FROM events
),
first_seen AS (
    SELECT customer_id, min(piece) AS first_piece
    FROM placed
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
)
SELECT
    CAST(first_seen.first_piece AS INTEGER) AS first_piece,
    CAST(placed.piece AS INTEGER) AS piece,
    CAST(sum(placed.amount) AS DECIMAL(18, 4)) AS revenue,
    count(DISTINCT placed.customer_id) AS n_customers
FROM placed
LEFT JOIN first_seen ON first_seen.customer_id = placed.customer_id
GROUP BY first_seen.first_piece, placed.piece
ORDER BY first_seen.first_piece, placed.piece
