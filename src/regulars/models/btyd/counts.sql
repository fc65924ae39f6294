-- grain: one row per distinct history: frequency, recency, T
-- keys: frequency, recency, T
-- time: made of features at the cut-off; customers without a purchase are left out
SELECT
    frequency,
    recency,
    "T",
    count(*) AS n_customers
FROM features
WHERE frequency IS NOT NULL
GROUP BY frequency, recency, "T"
ORDER BY frequency, recency, "T"
