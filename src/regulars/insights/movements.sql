-- grain: one row per segment before and segment now
-- keys: segment_from, segment_to
-- time: segments at the earlier cut-off and at this one; revenue of the 365 days before each, as known at this one
-- parameters: cutoff, previous_cutoff, previous_release, not_yet_known, no_longer_known
-- needs: orders, returns
-- All revenue is counted from this history, so that before + since − aged out = now holds exactly.
WITH walls AS (
    SELECT CAST($previous_cutoff AS TIMESTAMP) AS earlier, CAST($cutoff AS TIMESTAMP) AS later
),
moved AS (
    SELECT
        coalesce(now.customer_id, earlier.customer_id) AS customer_id,
        coalesce(earlier.segment, $not_yet_known) AS segment_from,
        coalesce(now.segment, $no_longer_known) AS segment_to,
        CAST(now.r_score AS INTEGER) - earlier.r_score AS r_change,
        CAST(now.f_score AS INTEGER) - earlier.f_score AS f_change,
        CAST(now.m_score AS INTEGER) - earlier.m_score AS m_change
    FROM segments AS now
    FULL OUTER JOIN previous_segments AS earlier ON earlier.customer_id = now.customer_id
),
events AS (
    SELECT customer_id, ordered_at AS happened_at, revenue AS amount, NOT is_cancelled AS is_order
    FROM history_orders
    WHERE customer_id IS NOT NULL
    UNION ALL
    SELECT customer_id, returned_at AS happened_at, -amount AS amount, FALSE AS is_order
    FROM history_returns
    WHERE customer_id IS NOT NULL AND counts_as_revenue
),
counted AS (
    SELECT
        events.customer_id,
        coalesce(
            sum(events.amount) FILTER (
                WHERE events.happened_at >= walls.earlier - INTERVAL 365 DAY AND events.happened_at < walls.earlier
            ), 0
        ) AS revenue_before,
        coalesce(sum(events.amount) FILTER (WHERE events.happened_at >= walls.earlier), 0) AS revenue_since,
        coalesce(
            sum(events.amount) FILTER (WHERE events.happened_at >= walls.later - INTERVAL 365 DAY), 0
        ) AS revenue_now,
        count(*) FILTER (WHERE events.is_order AND events.happened_at >= walls.earlier) AS n_since
    FROM events
    CROSS JOIN walls
    GROUP BY events.customer_id
),
cells AS (
    SELECT
        moved.segment_from,
        moved.segment_to,
        count(*) AS n_customers,
        count(*) FILTER (WHERE counted.n_since > 0) AS n_bought_since,
        coalesce(sum(counted.revenue_before), 0) AS revenue_before,
        coalesce(sum(counted.revenue_since), 0) AS revenue_since,
        coalesce(sum(counted.revenue_now), 0) AS revenue_now,
        CAST(sum(moved.r_change) AS DOUBLE) / nullif(count(moved.r_change), 0) AS r_change,
        CAST(sum(moved.f_change) AS DOUBLE) / nullif(count(moved.f_change), 0) AS f_change,
        CAST(sum(moved.m_change) AS DOUBLE) / nullif(count(moved.m_change), 0) AS m_change
    FROM moved
    LEFT JOIN counted ON counted.customer_id = moved.customer_id
    GROUP BY moved.segment_from, moved.segment_to
)
SELECT
    cells.segment_from,
    cells.segment_to,
    $previous_release AS previous_release,
    walls.earlier AS previous_cutoff,
    cells.n_customers,
    CAST(cells.n_customers AS DOUBLE)
    / CAST(sum(cells.n_customers) OVER (PARTITION BY cells.segment_from) AS DOUBLE) AS from_share,
    cells.n_bought_since,
    CAST(cells.revenue_before AS DECIMAL(18, 4)) AS revenue_before,
    CAST(cells.revenue_since AS DECIMAL(18, 4)) AS revenue_since,
    CAST(cells.revenue_before + cells.revenue_since - cells.revenue_now AS DECIMAL(18, 4)) AS revenue_aged_out,
    CAST(cells.revenue_now AS DECIMAL(18, 4)) AS revenue_now,
    CAST(cells.revenue_now - cells.revenue_before AS DECIMAL(18, 4)) AS revenue_change,
    cells.r_change,
    cells.f_change,
    cells.m_change
FROM cells
CROSS JOIN walls
ORDER BY cells.segment_from, cells.segment_to
