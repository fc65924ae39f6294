-- grain: one row per row of an orders source
-- keys: row_number
-- time: ordered_at
-- goes_on: the row is of an order and leaves out its instant, or everything that an order has beside its instant.
SELECT
    *,
    order_id IS NOT NULL AND (
        ordered_at_text IS NULL
        OR (
            status IS NULL AND updated_at_text IS NULL AND cancelled_at_text IS NULL AND currency IS NULL
            AND country IS NULL AND channel IS NULL AND consent IS NULL
        )
    ) AS goes_on
FROM landing_called
