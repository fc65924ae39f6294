-- grain: one row per customer with an order and stretch of the week
-- keys: customer_id, place
-- time: orders before the cut-off that were not taken back, on the shop's clock
-- needs: orders
-- A stretch with hours only counts orders whose hour is known. `persona_hours` holds the hours of each stretch.
WITH placed AS (
    SELECT
        customer_id,
        CAST(isodow(ordered_at) AS INTEGER) AS weekday,
        CASE WHEN has_hour THEN CAST(hour(ordered_at) AS INTEGER) END AS hour,
        count(*) AS n_orders
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id, weekday, hour
),
known AS (
    SELECT
        customer_id,
        sum(n_orders) AS n_days_known,
        coalesce(sum(n_orders) FILTER (WHERE hour IS NOT NULL), 0) AS n_hours_known
    FROM placed
    GROUP BY customer_id
),
inside AS (
    SELECT placed.customer_id, hours.place, sum(placed.n_orders) AS n_inside
    FROM placed
    INNER JOIN persona_hours AS hours
        ON hours.weekday = placed.weekday AND (NOT hours.has_hours OR hours.hour = placed.hour)
    GROUP BY placed.customer_id, hours.place
)
SELECT
    known.customer_id,
    personas.place,
    personas.name,
    CAST(coalesce(inside.n_inside, 0) AS BIGINT) AS n_inside,
    CAST(CASE WHEN personas.has_hours THEN known.n_hours_known ELSE known.n_days_known END AS BIGINT) AS n_known
FROM known
CROSS JOIN (SELECT DISTINCT place, name, has_hours FROM persona_hours) AS personas
LEFT JOIN inside ON inside.customer_id = known.customer_id AND inside.place = personas.place
