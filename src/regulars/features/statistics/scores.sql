-- grain: one row: what a customer is compared with, from the features of all customers who bought
-- keys: cutoff
-- time: everything before $cutoff
WITH measures AS (
    SELECT 'n_orders' AS measure, CAST(n_orders AS DOUBLE) AS value FROM features_recency_frequency
    UNION ALL
    SELECT 'days_since_first_order', CAST(days_since_first_order AS DOUBLE) FROM features_recency_frequency
    UNION ALL
    SELECT 'activity_rate', activity_rate FROM features_recency_frequency
    UNION ALL
    SELECT 'days_between_orders_cv', days_between_orders_cv FROM features_cadence
    UNION ALL
    SELECT 'overdue_ratio', overdue_ratio FROM features_cadence
),
counted AS (
    SELECT measure, value, count(*) AS n
    FROM measures
    WHERE value IS NOT NULL
    GROUP BY measure, value
),
ranked AS (
    SELECT
        measure,
        value,
        sum(n) OVER (PARTITION BY measure ORDER BY value) AS last_rank,
        sum(n) OVER (PARTITION BY measure ORDER BY value) - n AS rank_before,
        sum(n) OVER (PARTITION BY measure) AS total
    FROM counted
),
hundred AS (
    SELECT unnest(range(1, 101)) AS k
),
boundaries AS (  -- 100 per measure, at the middle of each hundredth
    SELECT ranked.measure, ranked.value AS boundary, hundred.k
    FROM ranked
    INNER JOIN hundred
        ON ceil((2 * hundred.k - 1) * ranked.total / 200.0) > ranked.rank_before
        AND ceil((2 * hundred.k - 1) * ranked.total / 200.0) <= ranked.last_rank
)
SELECT
    (SELECT quantile_disc(mean_units_per_order, 0.9) FROM features_assortment) AS mean_units_per_order_p90,
    (SELECT list(struct_pack(measure := measure, boundary := boundary) ORDER BY measure, k) FROM boundaries)
        AS score_boundaries
