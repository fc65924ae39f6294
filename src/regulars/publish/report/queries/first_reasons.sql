-- grain: one row per customer asked about that has a reason: the first one for leaving, else for another prediction
-- keys: customer_id
-- time: reasons at the cut-off of the release
-- parameters: customers
SELECT customer_id, sentence
FROM (
    SELECT
        customer_id,
        sentence,
        row_number() OVER (
            PARTITION BY customer_id ORDER BY CASE WHEN target = 'churn' THEN 0 ELSE 1 END, target, rank, feature
        ) AS place
    FROM reasons
    WHERE list_contains($customers, customer_id) AND sentence IS NOT NULL
) AS placed
WHERE place = 1
