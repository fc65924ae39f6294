-- grain: one row per thing that the rows of an answer are about, those with most money first
-- keys: about
-- parameters: limit
SELECT about, CAST(sum(n_rows) AS BIGINT) AS n_rows, CAST(sum(money) AS DECIMAL(18, 4)) AS money
FROM stg_answer
GROUP BY about
ORDER BY abs(sum(money)) DESC, sum(n_rows) DESC, about
LIMIT $limit
