-- grain: one row per segment
SELECT
    segment,
    count(*) AS n_customers,
    sum(revenue_to_date) / sum(sum(revenue_to_date)) OVER () AS revenue_share,
    count(*) FILTER (r_score = 3) AS n_middle_recency
FROM segments
INNER JOIN features USING (customer_id)
GROUP BY segment
ORDER BY n_customers DESC
