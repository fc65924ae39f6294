-- grain: one row per stretch between two jumps back in time, from the second
-- keys: stretch
-- time: ordered_at
-- parameters: descending
-- How many of its orders lie in the time that was told before it, and how many of these were told whole, line by line.
-- Reads landing_stretched: the rows of a part with the number of their stretch.
WITH orders AS (
    SELECT
        stretch,
        coalesce(order_id, coalesce(customer_id, '') || ' ' || CAST(ordered_at AS VARCHAR)) AS order_key,
        min(ordered_at) AS first_at,
        max(ordered_at) AS last_at,
        count(*) AS n_lines,
        sum(CAST(hash(product_id, description, quantity_text, unit_price_text, amount_text) AS HUGEINT)) AS content
    FROM landing_stretched
    WHERE ordered_at IS NOT NULL
    GROUP BY stretch, order_key
),
told AS (
    SELECT
        stretch,
        max(max(last_at)) OVER (ORDER BY stretch ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS told_until,
        min(min(first_at)) OVER (ORDER BY stretch ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS told_from
    FROM orders
    GROUP BY stretch
),
compared AS (
    SELECT
        *,
        min(stretch) OVER (PARTITION BY order_key, n_lines, content) AS first_stretch
    FROM orders
)
SELECT
    c.stretch,
    count(*) AS n_orders,
    count(*) FILTER (WHERE c.first_stretch < c.stretch) AS n_seen
FROM compared AS c
INNER JOIN told AS t ON t.stretch = c.stretch
WHERE c.stretch > 1
    AND CASE WHEN $descending THEN c.first_at >= t.told_from ELSE c.first_at <= t.told_until END
GROUP BY c.stretch
ORDER BY c.stretch
