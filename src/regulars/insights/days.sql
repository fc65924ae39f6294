-- grain: one row per day with an order that was not taken back
-- keys: day
-- time: orders before the cut-off
-- needs: orders
SELECT order_day AS day, count(*) AS n_orders, CAST(sum(revenue) AS DOUBLE) AS revenue
FROM history_orders
WHERE NOT is_cancelled
GROUP BY order_day
ORDER BY order_day
