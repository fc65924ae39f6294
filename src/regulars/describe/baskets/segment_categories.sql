-- grain: one row per segment (and "all" known customers) and category of products
-- keys: segment, category
-- time: lines and returns before $cutoff, of known customers
-- needs: order_lines, returns
-- Revenue is net of what was given back of products; products of no category are Other, so that shares add up to one.
WITH moved AS (
    SELECT customer_id, product_id, amount, NOT is_cancelled AS is_kept
    FROM history_order_lines
    WHERE line_kind = 'product' AND product_id IS NOT NULL AND customer_id IS NOT NULL
    UNION ALL
    SELECT customer_id, product_id, -amount AS amount, FALSE AS is_kept
    FROM history_returns
    WHERE line_kind = 'product' AND product_id IS NOT NULL AND customer_id IS NOT NULL
),
by_customer AS (
    SELECT moved.customer_id, products.category, sum(moved.amount) AS revenue, bool_or(moved.is_kept) AS has_bought
    FROM moved
    INNER JOIN product_categories AS products ON products.product_id = moved.product_id
    GROUP BY moved.customer_id, products.category
),
grouped AS (
    SELECT 'all' AS segment, customer_id, category, revenue, has_bought FROM by_customer
    UNION ALL
    SELECT segments.segment, bought.customer_id, bought.category, bought.revenue, bought.has_bought
    FROM by_customer AS bought
    INNER JOIN segments ON segments.customer_id = bought.customer_id
    WHERE segments.segment IS NOT NULL
),
cells AS (
    SELECT segment, category, sum(revenue) AS revenue, count(*) FILTER (WHERE has_bought) AS n_customers
    FROM grouped
    GROUP BY segment, category
),
shares AS (
    SELECT
        segment,
        category,
        revenue,
        n_customers,
        CAST(revenue AS DOUBLE)
        / CASE WHEN sum(revenue) OVER (PARTITION BY segment) > 0
            THEN CAST(sum(revenue) OVER (PARTITION BY segment) AS DOUBLE) END AS share
    FROM cells
)
SELECT
    shares.segment,
    shares.category,
    CAST(shares.revenue AS DECIMAL(18, 4)) AS revenue,
    shares.share,
    100 * shares.share / CASE WHEN everybody.share > 0 THEN everybody.share END AS index_to_shop,
    shares.n_customers
FROM shares
INNER JOIN shares AS everybody ON everybody.category = shares.category AND everybody.segment = 'all'
ORDER BY shares.segment, shares.category
