-- grain: one row per identified customer with an order
-- keys: customer_id
-- time: made of the history at the cut-off; orders that were not cancelled by then
-- rules: an order's cost is known when that of all its products is
-- needs: orders
SELECT
    customer_id,
    CAST(sum(revenue) AS DOUBLE) AS revenue,
    CAST(coalesce(sum(CASE WHEN cost IS NOT NULL THEN revenue END), 0) AS DOUBLE) AS costed_revenue,
    CAST(coalesce(sum(cost), 0) AS DOUBLE) AS cost,
    CAST(count(cost) AS DOUBLE) AS n_costed
FROM history_orders
WHERE customer_id IS NOT NULL AND NOT is_cancelled
GROUP BY customer_id
