-- grain: one row per line of an order whose status says that it was cancelled or refunded
-- keys: line_id
-- time: the instant at which the source last changed the order, else that of the order
-- A line that stays cancelled through several versions is given back once, in the first of them.
WITH ended AS (
    SELECT
        settled.line_id,
        settled.order_id,
        settled.version,
        greatest(settled.ordered_at, coalesce(settled.updated_at, settled.ordered_at)) AS returned_at,
        row_number() OVER (
            PARTITION BY settled.order_id, settled.version, settled.product_id, settled.quantity, settled.unit_price
            ORDER BY settled.line_id
        ) AS nth
    FROM stg_settled AS settled
    LEFT JOIN stg_sold_discounts AS discounts ON discounts.line_id = settled.line_id
    WHERE settled.status_meaning IN ('cancelled', 'refunded')
        AND (settled.side = 'sale' OR discounts.line_id IS NOT NULL)
),
first_ended AS (
    SELECT
        ended.*,
        row_number() OVER (
            PARTITION BY ended.order_id, lines.product_id, lines.quantity, lines.unit_price, ended.nth
            ORDER BY ended.version
        ) AS place
    FROM ended
    INNER JOIN stg_settled AS lines ON lines.line_id = ended.line_id
)
SELECT line_id, order_id, version, returned_at
FROM first_ended
WHERE place = 1
