-- grain: one row per finding and customer behind it, those with the most money
-- time: findings at the cut-off of the release
-- parameters: n
SELECT finding_id, customer_id, money, reason
FROM (
    SELECT
        *, row_number() OVER (PARTITION BY finding_id ORDER BY abs(money) DESC NULLS LAST, customer_id) AS place
    FROM finding_customers
) AS ranked
WHERE place <= $n
ORDER BY finding_id, place
