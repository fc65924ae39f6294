-- grain: one row per product on an order line before the cut-off
-- keys: product_id
-- time: the name it went by most often before $cutoff (ties: the latest, then by the alphabet), the latest category
--   before it; a product list says what lines do not
-- needs: order_lines
WITH lines AS (
    SELECT product_id, ordered_at, description, category
    FROM history_order_lines
    WHERE product_id IS NOT NULL AND line_kind = 'product'
),
names AS (
    SELECT product_id, description, count(*) AS n_lines, max(ordered_at) AS last_used_at
    FROM lines
    WHERE description IS NOT NULL
    GROUP BY product_id, description
),
names_in_order AS (
    SELECT
        product_id,
        description,
        row_number() OVER (
            PARTITION BY product_id ORDER BY n_lines DESC, last_used_at DESC, description
        ) AS place
    FROM names
),
categories AS (
    SELECT product_id, category, max(ordered_at) AS last_used_at
    FROM lines
    WHERE category IS NOT NULL
    GROUP BY product_id, category
),
categories_in_order AS (
    SELECT
        product_id,
        category,
        row_number() OVER (PARTITION BY product_id ORDER BY last_used_at DESC, category) AS place
    FROM categories
),
sold AS (
    SELECT product_id, min(ordered_at) AS first_sold_at, max(ordered_at) AS last_sold_at
    FROM lines
    GROUP BY product_id
)
SELECT
    sold.product_id,
    coalesce(names.description, list.description) AS description,
    coalesce(categories.category, list.category) AS category,
    sold.first_sold_at,
    sold.last_sold_at
FROM sold
LEFT JOIN names_in_order AS names ON names.product_id = sold.product_id AND names.place = 1
LEFT JOIN categories_in_order AS categories ON categories.product_id = sold.product_id AND categories.place = 1
LEFT JOIN dim_products AS list ON list.product_id = sold.product_id
