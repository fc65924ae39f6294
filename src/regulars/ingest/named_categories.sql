-- grain: one row per row of a products source
-- keys: row_number
-- time: none, a product list says what is
-- The category by its name, where a table of categories knows its number.
SELECT c.* REPLACE (coalesce(k.category, c.category) AS category)
FROM landing_cells AS c
LEFT JOIN landing_categories AS k ON k.category_id = c.category
