-- grain: one row per day on which an identified customer bought
-- keys: day
-- time: made of the history at the cut-off; orders that were not cancelled by then
-- needs: purchase_days
SELECT
    purchase_day AS day,
    count(*) AS n_customers,
    CAST(sum(revenue) AS DOUBLE) AS revenue
FROM history_purchase_days
GROUP BY purchase_day
ORDER BY purchase_day
