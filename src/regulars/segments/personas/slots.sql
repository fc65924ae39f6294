-- grain: one row per group, measure (weekday or hour) and slot of it
-- keys: grouped_by, who, measure, slot
-- time: as the counts it reads (`rhythm_hours`)
-- n_near is what a slot is judged by: orders on the weekday; orders in the hour and in the ones beside it.
WITH beside AS (
    SELECT CAST(ahead AS INTEGER) AS ahead FROM (VALUES (0), (1), (23)) AS hours (ahead)
),
counts AS (
    SELECT grouped_by, who, 'weekday' AS measure, weekday AS slot, sum(n_orders) AS n_near, sum(n_orders) AS n_orders
    FROM rhythm_hours
    GROUP BY grouped_by, who, weekday
    UNION ALL
    SELECT
        placed.grouped_by,
        placed.who,
        'hour' AS measure,
        (placed.hour + beside.ahead) % 24 AS slot,
        sum(placed.n_orders) AS n_near,
        coalesce(sum(placed.n_orders) FILTER (WHERE beside.ahead = 0), 0) AS n_orders
    FROM rhythm_hours AS placed
    CROSS JOIN beside
    WHERE placed.hour IS NOT NULL
    GROUP BY placed.grouped_by, placed.who, (placed.hour + beside.ahead) % 24
)
SELECT
    grouped_by,
    who,
    measure,
    slot,
    CAST(n_near AS BIGINT) AS n_near,
    CAST(n_orders AS BIGINT) AS n_orders,
    CAST(sum(n_orders) OVER (PARTITION BY grouped_by, who, measure) AS BIGINT) AS n_known,
    row_number() OVER (PARTITION BY grouped_by, who, measure ORDER BY n_near DESC, n_orders DESC, slot) AS place
FROM counts
