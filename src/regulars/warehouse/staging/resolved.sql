-- grain: one row per row of a flagged order: the order it belongs to in the end, or why it is set aside
-- keys: line_id
-- All lines sold under one id are one order, placed at the first of their instants, unless they lie on several days
-- or name several customers: then the first keeps the id and the others get their day or customer behind it.
WITH versions AS (
    SELECT
        order_id,
        stamp,
        row_number() OVER (PARTITION BY order_id ORDER BY stamp NULLS FIRST) AS version,
        lead(stamp) OVER (PARTITION BY order_id ORDER BY stamp NULLS FIRST) AS known_until
    FROM (
        SELECT DISTINCT order_id, stamp FROM stg_counted_once WHERE has_stamp AND repeat_reason IS NULL
    ) AS stamps
),
kept AS (
    SELECT
        told.line_id,
        told.order_id,
        told.identity_day,
        told.customer_id,
        told.ordered_at,
        told.product_id,
        told.quantity,
        told.unit_price,
        told.line_amount,
        told.status_meaning,
        told.order_refund,
        told.side,
        coalesce(versions.version, 1) AS version,
        CASE WHEN versions.version > 1 THEN versions.stamp END AS known_from,
        versions.known_until
    FROM stg_counted_once AS told
    LEFT JOIN versions
        ON told.has_stamp
        AND versions.order_id = told.order_id
        AND versions.stamp IS NOT DISTINCT FROM told.stamp
    WHERE told.repeat_reason IS NULL
),
customers AS (
    SELECT
        order_id,
        version,
        identity_day,
        customer_id,
        min(ordered_at) AS placed_at,
        row_number() OVER (
            PARTITION BY order_id, version, identity_day ORDER BY min(ordered_at), customer_id
        ) AS place
    FROM kept
    WHERE customer_id IS NOT NULL AND side = 'sale'
    GROUP BY order_id, version, identity_day, customer_id
),
days AS (
    SELECT order_id, min(identity_day) AS first_day FROM kept WHERE side = 'sale' GROUP BY order_id
),
sold AS (
    SELECT
        kept.*,
        first_customers.customer_id AS first_customer_id,
        coalesce(kept.customer_id, first_customers.customer_id) AS buyer_id,
        kept.order_id
            || CASE WHEN kept.identity_day > days.first_day THEN '@' || CAST(kept.identity_day AS VARCHAR) ELSE '' END
            || CASE WHEN kept.customer_id <> first_customers.customer_id THEN '@' || kept.customer_id ELSE '' END
            AS final_order_id
    FROM kept
    INNER JOIN days ON days.order_id = kept.order_id
    LEFT JOIN customers AS first_customers
        ON first_customers.order_id = kept.order_id
        AND first_customers.version = kept.version
        AND first_customers.identity_day IS NOT DISTINCT FROM kept.identity_day
        AND first_customers.place = 1
    WHERE kept.side = 'sale'
),
returned AS (
    SELECT
        kept.*,
        row_number() OVER (
            PARTITION BY order_id, identity_day, version, product_id, quantity, unit_price, line_amount ORDER BY line_id
        ) AS nth
    FROM kept
    WHERE side = 'return'
),
returned_once AS (
    SELECT
        returned.*,
        min(version) OVER same_return AS first_version,
        min_by(line_id, version) OVER same_return AS first_line_id
    FROM returned
    WINDOW same_return AS (
        PARTITION BY order_id, identity_day, product_id, quantity, unit_price, line_amount, nth
    )
)
SELECT
    line_id,
    final_order_id AS order_id,
    buyer_id AS customer_id,
    min(ordered_at) OVER (PARTITION BY final_order_id, version) AS ordered_at,
    version,
    known_from,
    known_until,
    status_meaning,
    order_refund,
    CAST(NULL AS VARCHAR) AS repeat_reason,
    CAST(NULL AS BIGINT) AS repeats_line_id,
    CAST(NULL AS INTEGER) AS replaced_by
FROM sold
UNION ALL
SELECT
    line_id,
    order_id,
    customer_id,
    greatest(ordered_at, coalesce(known_from, ordered_at)) AS ordered_at,
    version,
    known_from,
    known_until,
    status_meaning,
    order_refund,
    CASE WHEN version > first_version THEN 'overlap' END AS repeat_reason,
    CASE WHEN version > first_version THEN first_line_id END AS repeats_line_id,
    CAST(NULL AS INTEGER) AS replaced_by
FROM returned_once
UNION ALL
SELECT
    line_id,
    order_id,
    customer_id,
    ordered_at,
    1 AS version,
    CAST(NULL AS TIMESTAMP) AS known_from,
    CAST(NULL AS TIMESTAMP) AS known_until,
    status_meaning,
    order_refund,
    repeat_reason,
    repeats_line_id,
    replaced_by
FROM stg_counted_once
WHERE repeat_reason IS NOT NULL OR side IS NULL
