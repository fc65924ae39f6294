-- grain: one row: how many rows an answer has, and how much money is on them
SELECT
    CAST(coalesce(sum(n_rows), 0) AS BIGINT) AS n_rows,
    CAST(coalesce(sum(money), 0) AS DECIMAL(18, 4)) AS money,
    min(happened_at) AS first_at,
    max(happened_at) AS last_at,
    count(DISTINCT about) AS n_about
FROM stg_answer
