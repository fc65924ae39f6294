-- grain: one row per customer with an order before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff; cancelled orders left out
-- needs: orders, order_categories
WITH firsts AS (
    SELECT customer_id, min(ordered_at) AS first_ordered_at
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id
),
baskets AS (
    SELECT
        orders.customer_id,
        count(*) AS n_orders,
        sum(orders.n_lines) AS n_lines,
        sum(orders.n_units) AS n_units,
        max(orders.max_units_per_line) AS max_units_per_line,
        sum(orders.n_lines) FILTER (WHERE orders.ordered_at > firsts.first_ordered_at) AS n_later_lines,
        sum(orders.n_repeat_lines) FILTER (WHERE orders.ordered_at > firsts.first_ordered_at) AS n_repeat_lines
    FROM history_orders AS orders
    INNER JOIN firsts ON firsts.customer_id = orders.customer_id
    WHERE NOT orders.is_cancelled
    GROUP BY orders.customer_id
),
category_revenue AS (
    SELECT
        customer_id,
        category,
        CAST(sum(revenue) AS DECIMAL(18, 4)) AS revenue,
        CAST(sum(revenue) * 10000 AS HUGEINT) AS units
    FROM history_order_categories
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id, category
),
categories AS (
    SELECT
        customer_id,
        count(*) AS n_categories,
        sum(revenue) AS total,
        -- in ten-thousandths, whole, so that squares add up exactly
        sum(units * units) AS sum_squares,
        sum(units) AS sum_units,
        max(revenue) AS largest
    FROM category_revenue
    GROUP BY customer_id
),
top_categories AS (
    SELECT category_revenue.customer_id, min(category_revenue.category) AS category
    FROM category_revenue
    INNER JOIN categories
        ON categories.customer_id = category_revenue.customer_id
        AND categories.largest = category_revenue.revenue
    GROUP BY category_revenue.customer_id
)
SELECT
    baskets.customer_id,
    CAST(coalesce(categories.n_categories, 0) AS INTEGER) AS n_categories,
    CAST(coalesce(products.n_products, 0) AS DOUBLE) / nullif(baskets.n_lines, 0) AS product_diversity,
    CAST(categories.sum_squares AS DOUBLE) / nullif(CAST(categories.sum_units * categories.sum_units AS DOUBLE), 0)
        AS category_concentration,
    CAST(categories.largest AS DOUBLE) / nullif(CAST(categories.total AS DOUBLE), 0) AS top_category_share,
    top_categories.category AS top_category,
    CAST(baskets.n_repeat_lines AS DOUBLE) / nullif(baskets.n_later_lines, 0) AS repeat_product_share,
    CAST(baskets.n_lines AS DOUBLE) / baskets.n_orders AS mean_lines_per_order,
    CAST(baskets.n_units AS DOUBLE) / baskets.n_orders AS mean_units_per_order,
    CAST(baskets.max_units_per_line AS DOUBLE) AS max_units_per_line
FROM baskets
LEFT JOIN features_products AS products ON products.customer_id = baskets.customer_id
LEFT JOIN categories ON categories.customer_id = baskets.customer_id
LEFT JOIN top_categories ON top_categories.customer_id = baskets.customer_id
