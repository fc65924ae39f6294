-- grain: one row per stretch of $n_customers customers in the order of the file
-- keys: first
-- parameters: n_customers
SELECT min(customer_id) AS first, max(customer_id) AS last, count(*) AS n
FROM (
    SELECT customer_id, row_number() OVER (ORDER BY customer_id) - 1 AS place
    FROM published_customers
) AS numbered
GROUP BY CAST(floor(place / CAST($n_customers AS DOUBLE)) AS BIGINT)
ORDER BY first
