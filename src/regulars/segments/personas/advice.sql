-- grain: one row per customer and measure (weekday or hour)
-- keys: customer_id, measure
-- time: as the counts it reads (`rhythm_slots`)
-- parameters: own_orders, own_weight, segment_orders
-- A customer's own orders are counted together with their segment's (the shop's, where the segment has too few), which
-- weigh as much as own_weight orders. The best slot is one of their own, or the best of the segment's.
WITH bases AS (
    SELECT
        segments.customer_id,
        slots.measure,
        slots.grouped_by,
        slots.who,
        slots.slot AS best_slot,
        row_number() OVER (PARTITION BY segments.customer_id, slots.measure ORDER BY slots.grouped_by) AS place
    FROM segments
    INNER JOIN rhythm_slots AS slots
        ON slots.place = 1
        AND (slots.grouped_by = 'shop'
            OR (slots.grouped_by = 'segment' AND slots.who = segments.segment AND slots.n_known >= $segment_orders))
),
candidates AS (
    SELECT customer_id, measure, grouped_by, who, best_slot AS slot FROM bases WHERE place = 1
    UNION
    SELECT bases.customer_id, bases.measure, bases.grouped_by, bases.who, own.slot
    FROM bases
    INNER JOIN rhythm_slots AS own
        ON own.grouped_by = 'own' AND own.who = bases.customer_id AND own.measure = bases.measure
    WHERE bases.place = 1
),
scored AS (
    SELECT
        candidates.customer_id,
        candidates.measure,
        candidates.grouped_by,
        candidates.slot,
        coalesce(own.n_near, 0) AS n_near,
        coalesce(known.n_known, 0) AS n_known,
        coalesce(own.n_near, 0)
        + $own_weight * coalesce(CAST(base.n_near AS DOUBLE) / base.n_known, 0) AS score
    FROM candidates
    LEFT JOIN rhythm_slots AS own
        ON own.grouped_by = 'own'
        AND own.who = candidates.customer_id
        AND own.measure = candidates.measure
        AND own.slot = candidates.slot
    LEFT JOIN rhythm_slots AS known
        ON known.grouped_by = 'own'
        AND known.who = candidates.customer_id
        AND known.measure = candidates.measure
        AND known.place = 1
    LEFT JOIN rhythm_slots AS base
        ON base.grouped_by = candidates.grouped_by
        AND base.who = candidates.who
        AND base.measure = candidates.measure
        AND base.slot = candidates.slot
),
ranked AS (
    SELECT
        scored.*,
        row_number() OVER (PARTITION BY customer_id, measure ORDER BY score DESC, n_near DESC, slot) AS place
    FROM scored
)
SELECT
    customer_id,
    measure,
    slot,
    CASE WHEN n_known >= $own_orders THEN 'own' ELSE grouped_by END AS send_from,
    CAST(n_known AS BIGINT) AS n_known,
    least(1, score / nullif(n_known + $own_weight, 0)) AS expected_share
FROM ranked
WHERE place = 1
