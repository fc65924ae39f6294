-- grain: one row per description that a line rule fits
-- keys: description
WITH names AS (
    SELECT DISTINCT description FROM raw_order_lines WHERE description IS NOT NULL
)
SELECT names.description, min(rules.rank) AS rank
FROM names
INNER JOIN stg_line_rules AS rules
    ON rules.field = 'description' AND upper(trim(names.description)) LIKE rules.pattern ESCAPE '\'
GROUP BY names.description
