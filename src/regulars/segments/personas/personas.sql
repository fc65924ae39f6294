-- grain: one row per customer with an order
-- keys: customer_id
-- time: orders before the cut-off
-- parameters: persona_orders, persona_share
-- The first stretch in the order of the settings that holds enough of enough orders; a source without hours can only
-- tell the stretches that need none.
WITH fitting AS (
    SELECT
        customer_id,
        min(CASE WHEN n_known >= $persona_orders AND n_inside >= $persona_share * n_known THEN place END) AS place,
        max(n_known) AS n_known
    FROM persona_counts
    GROUP BY customer_id
)
SELECT
    fitting.customer_id,
    CASE
        WHEN counts.name IS NOT NULL THEN counts.name
        WHEN fitting.n_known < $persona_orders THEN 'too_few_orders'
        ELSE 'no_clear_rhythm'
    END AS timing_persona,
    coalesce(counts.n_known, fitting.n_known) AS n_orders_known,
    counts.n_inside AS n_orders_inside,
    CAST(counts.n_inside AS DOUBLE) / counts.n_known AS inside_share
FROM fitting
LEFT JOIN persona_counts AS counts
    ON counts.customer_id = fitting.customer_id AND counts.place = fitting.place
