-- grain: one row per product and a name of it that has no word in common with its usual name
-- keys: product_id, description
WITH names AS (
    SELECT
        product_id,
        description,
        count(*) AS n_lines,
        sum(amount) AS amount,
        max(ordered_at) AS last_used_at,
        regexp_extract_all(upper(description), '[[:alnum:]]{3,}') AS words
    FROM fct_order_lines
    WHERE line_kind = 'product' AND product_id IS NOT NULL AND description IS NOT NULL AND known_until IS NULL
    GROUP BY product_id, description
),
placed AS (
    SELECT
        names.*,
        row_number() OVER (PARTITION BY product_id ORDER BY n_lines DESC, last_used_at DESC, description) AS place
    FROM names
)
SELECT
    others.product_id || ': ' || usual.description || ' / ' || others.description AS about,
    others.last_used_at AS happened_at,
    CAST(others.amount AS DECIMAL(18, 4)) AS money,
    others.n_lines AS n_rows,
    others.product_id,
    usual.description AS usual_description,
    others.description
FROM placed AS others
INNER JOIN placed AS usual ON usual.product_id = others.product_id AND usual.place = 1
WHERE others.place > 1
    AND NOT list_has_any(usual.words, others.words)
