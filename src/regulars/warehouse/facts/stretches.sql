-- grain: one row per customer and product of stg_ended, and stretch during which the customer counts as having bought it
-- keys: customer_id, product_id, bought_from
-- time: bought_from; disjoint stretches [bought_from, bought_until), the union of the lives of the lines with it
-- A line lives from its order (or the version that brought it) until it was rewritten or its order taken back.
WITH lines AS MATERIALIZED (  -- few of all lines, before anything else is asked of them
    SELECT
        lines.order_id,
        lines.customer_id,
        lines.product_id,
        lines.category,
        lines.unit_price,
        greatest(lines.ordered_at, coalesce(lines.known_from, lines.ordered_at)) AS bought_from,
        lines.known_until,
        lines.row_number
    FROM fct_order_lines AS lines
    INNER JOIN stg_ended AS ended ON ended.customer_id = lines.customer_id AND ended.product_id = lines.product_id
    WHERE lines.line_kind = 'product'
),
lives AS (
    SELECT
        lines.customer_id,
        lines.product_id,
        lines.category,
        lines.unit_price,
        lines.bought_from,
        least(lines.known_until, cancellations.cancelled_at) AS bought_until,
        lines.row_number
    FROM lines
    LEFT JOIN fct_cancellations AS cancellations ON cancellations.order_id = lines.order_id
),
lived AS (
    SELECT * FROM lives WHERE bought_until IS NULL OR bought_from < bought_until
),
reached AS (
    SELECT
        lived.*,
        max(coalesce(bought_until, TIMESTAMP '9999-12-31 00:00:00')) OVER (
            PARTITION BY customer_id, product_id
            ORDER BY bought_from, unit_price, row_number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM lived
),
stretches AS (
    SELECT
        reached.*,
        sum(CASE WHEN reached IS NULL OR bought_from > reached THEN 1 ELSE 0 END) OVER (
            PARTITION BY customer_id, product_id
            ORDER BY bought_from, unit_price, row_number
            ROWS UNBOUNDED PRECEDING
        ) AS stretch
    FROM reached
)
SELECT
    customer_id,
    product_id,
    min_by(category, (bought_from, unit_price, row_number)) AS category,
    min(bought_from) AS bought_from,
    CASE WHEN count(bought_until) = count(*) THEN max(bought_until) END AS bought_until,
    max(bought_from) AS last_bought_at,
    min_by(unit_price, (bought_from, unit_price, row_number)) AS unit_price
FROM stretches
GROUP BY customer_id, product_id, stretch
