-- grain: one row per product; item and category_item number products and categories from 0, in the order of their names
-- keys: product_id
-- time: product_categories at the cut-off
-- A product that belongs to no category has no category_item.
SELECT
    product_id,
    description,
    CAST(row_number() OVER (ORDER BY product_id) - 1 AS INTEGER) AS item,
    CASE WHEN source <> 'none' THEN category END AS category,
    CASE WHEN source <> 'none' THEN CAST(dense_rank() OVER (ORDER BY source = 'none', category) - 1 AS INTEGER) END
        AS category_item
FROM product_categories
