-- grain: one row per customer id or product code that differs from a more frequent one only by leading zeros or case
-- keys: kind, id
WITH ids AS (
    SELECT 'customer' AS kind, customer_id AS id, count(*) AS n_rows, sum(amount) AS amount, max(ordered_at) AS happened_at
    FROM fct_order_lines
    WHERE customer_id IS NOT NULL AND known_until IS NULL
    GROUP BY customer_id
    UNION ALL
    SELECT 'product', product_id, count(*), sum(amount), max(ordered_at)
    FROM fct_order_lines
    WHERE product_id IS NOT NULL AND known_until IS NULL
    GROUP BY product_id
),
placed AS (
    SELECT
        ids.*,
        first_value(id) OVER alike AS usual_id,
        row_number() OVER alike AS place
    FROM ids
    WINDOW alike AS (PARTITION BY kind, ltrim(lower(id), '0') ORDER BY n_rows DESC, id)
)
SELECT
    kind || ' ' || usual_id || ' / ' || id AS about,
    happened_at,
    CAST(amount AS DECIMAL(18, 4)) AS money,
    n_rows,
    kind,
    usual_id,
    id
FROM placed
WHERE place > 1
