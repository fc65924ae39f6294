-- grain: one row per row of an orders source that can be landed
-- keys: row_number
-- time: ordered_at
-- The money of an order, which all of its rows have, is shared out evenly, to the last ten-thousandth.
SELECT * EXCLUDE (units, n, place) REPLACE (
    CASE WHEN n > 1
        THEN CAST(
            CAST(units // n + CASE WHEN place <= abs(units % n) THEN sign(units) ELSE 0 END AS DECIMAL(20, 0))
            * CAST(0.0001 AS DECIMAL(4, 4)) AS DECIMAL(18, 4)
        )
        ELSE amount
    END AS amount
)
FROM (
    SELECT
        *,
        CAST(amount * 10000 AS BIGINT) AS units,
        CASE WHEN min(amount) OVER same_order = max(amount) OVER same_order THEN count(*) OVER same_order ELSE 1 END AS n,
        row_number() OVER (same_order ORDER BY row_number) AS place
    FROM landing_kept
    WINDOW same_order AS (PARTITION BY coalesce(order_id, 'row ' || CAST(row_number AS VARCHAR)), section)
)
