-- grain: one row per customer, product and stretch during which the customer counts as having bought it
-- keys: customer_id, product_id, bought_from
-- time: bought_from; disjoint stretches [bought_from, bought_until), the union of the lives of the lines with it
-- A line lives from its order (or the version that brought it) until it was rewritten or its order taken back. Nearly
-- all lines live on, and those customers and products need no stretches: one pass over the lines is enough for them.
WITH lives AS NOT MATERIALIZED (
    SELECT
        lines.customer_id,
        lines.product_id,
        greatest(lines.ordered_at, coalesce(lines.known_from, lines.ordered_at)) AS bought_from,
        least(lines.known_until, cancellations.cancelled_at) AS bought_until,
        -- in the order of time; at one instant the lowest price counts, whichever file or row told it first
        struct_pack(
            bought_from := greatest(lines.ordered_at, coalesce(lines.known_from, lines.ordered_at)),
            unit_price := lines.unit_price,
            category := coalesce(lines.category, '')
        ) AS life
    FROM fct_order_lines AS lines
    LEFT JOIN fct_cancellations AS cancellations ON cancellations.order_id = lines.order_id
    WHERE lines.customer_id IS NOT NULL AND lines.product_id IS NOT NULL AND lines.line_kind = 'product'
),
lived AS NOT MATERIALIZED (
    SELECT * FROM lives WHERE bought_until IS NULL OR bought_from < bought_until
),
interrupted AS (
    SELECT DISTINCT customer_id, product_id FROM lived WHERE bought_until IS NOT NULL
),
reached AS (
    SELECT
        lived.*,
        max(coalesce(bought_until, TIMESTAMP '9999-12-31 00:00:00')) OVER (
            PARTITION BY lived.customer_id, lived.product_id
            ORDER BY life
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM lived
    INNER JOIN interrupted
        ON interrupted.customer_id = lived.customer_id AND interrupted.product_id = lived.product_id
),
stretches AS (
    SELECT
        reached.*,
        sum(CASE WHEN reached IS NULL OR bought_from > reached THEN 1 ELSE 0 END) OVER (
            PARTITION BY customer_id, product_id
            ORDER BY life
            ROWS UNBOUNDED PRECEDING
        ) AS stretch
    FROM reached
),
firsts AS (
    SELECT customer_id, product_id, min(life) AS life, CAST(NULL AS TIMESTAMP) AS bought_until
    FROM lived
    GROUP BY customer_id, product_id
    HAVING count(bought_until) = 0
    UNION ALL
    SELECT
        customer_id,
        product_id,
        min(life) AS life,
        CASE WHEN count(bought_until) = count(*) THEN max(bought_until) END AS bought_until
    FROM stretches
    GROUP BY customer_id, product_id, stretch
)
SELECT
    customer_id,
    product_id,
    nullif(life.category, '') AS category,
    life.bought_from AS bought_from,
    bought_until,
    life.unit_price AS unit_price
FROM firsts
