-- grain: one row per month with order lines that count
-- keys: month
-- parameters: cutoff (null: all that was loaded)
SELECT
    CAST(date_trunc('month', ordered_at) AS DATE) AS month,
    count(*) AS n_lines,
    count(CASE WHEN customer_id IS NULL THEN 1 END) AS n_untracked_lines,
    CAST(sum(amount) AS DECIMAL(18, 4)) AS revenue,
    CAST(sum(CASE WHEN customer_id IS NULL THEN amount ELSE 0 END) AS DECIMAL(18, 4)) AS untracked_revenue,
    CAST(count(CASE WHEN customer_id IS NULL THEN 1 END) AS DOUBLE) / count(*) AS untracked_line_share,
    CAST(sum(CASE WHEN customer_id IS NULL THEN amount ELSE 0 END) AS DOUBLE)
        / nullif(CAST(sum(amount) AS DOUBLE), 0) AS untracked_revenue_share
FROM fct_order_lines
WHERE counts_as_revenue
    AND known_until IS NULL
    AND (CAST($cutoff AS TIMESTAMP) IS NULL OR ordered_at < CAST($cutoff AS TIMESTAMP))
GROUP BY date_trunc('month', ordered_at)
ORDER BY month
