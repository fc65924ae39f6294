-- grain: one row per product of a product list
-- keys: product_id
-- time: none; the last telling wins, column by column
WITH told AS (
    SELECT
        CASE
            WHEN regexp_matches(trim(raw.product_id), '^[0-9]+[.]0$') THEN replace(trim(raw.product_id), '.0', '')
            ELSE nullif(trim(raw.product_id), '')
        END AS product_id,
        nullif(trim(raw.description), '') AS description,
        nullif(trim(raw.category), '') AS category,
        raw.unit_cost,
        (loads.batch_id, raw.load_id, coalesce(raw.part, ''), raw.row_number) AS place
    FROM raw_products AS raw
    INNER JOIN raw_loads AS loads ON loads.load_id = raw.load_id
)
SELECT
    product_id,
    max_by(description, place) FILTER (WHERE description IS NOT NULL) AS description,
    max_by(category, place) FILTER (WHERE category IS NOT NULL) AS category,
    max_by(unit_cost, place) FILTER (WHERE unit_cost IS NOT NULL) AS unit_cost
FROM told
WHERE product_id IS NOT NULL
GROUP BY product_id
