-- grain: one row per customer and product: the first line with it that was known, taken back or not
-- keys: customer_id, product_id
-- time: bought_from
WITH lines AS NOT MATERIALIZED (
    SELECT
        customer_id,
        product_id,
        category,
        unit_price,
        greatest(ordered_at, coalesce(known_from, ordered_at)) AS bought_at,
        -- in the order of time, then of the price (and of the rows as they came), as one number: at one instant the
        -- lowest price counts, whichever file told it first
        CAST(epoch_us(greatest(ordered_at, coalesce(known_from, ordered_at))) AS HUGEINT) * 10000000000000000000
            + CAST(least(CAST(unit_price AS DOUBLE), 100000000000) * 10000 AS BIGINT) * 1000
            + row_number % 1000 AS place
    FROM fct_order_lines
    WHERE customer_id IS NOT NULL AND product_id IS NOT NULL AND line_kind = 'product'
)
SELECT
    customer_id,
    product_id,
    min_by(category, place) AS category,
    min(bought_at) AS bought_from,
    CAST(NULL AS TIMESTAMP) AS bought_until,
    max(bought_at) AS last_bought_at,
    min_by(unit_price, place) AS unit_price
FROM lines
GROUP BY customer_id, product_id
