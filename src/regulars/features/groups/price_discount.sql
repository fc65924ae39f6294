-- grain: one row per customer with an order before the cut-off
-- keys: customer_id
-- time: ordered_at < $cutoff; cancelled orders left out
-- units: the shop's currency
-- needs: orders
WITH paid AS (
    SELECT
        customer_id,
        CAST(sum(sum_unit_price) AS DOUBLE) / nullif(sum(n_lines), 0) AS mean_unit_price,
        CAST(max(max_unit_price) AS DOUBLE) AS max_unit_price,
        CAST(min(min_unit_price) AS DOUBLE) AS min_unit_price,
        CAST(sum(discounted_revenue) AS DOUBLE) AS discounted_revenue,
        CAST(sum(CASE WHEN discounted_revenue IS NOT NULL THEN revenue END) AS DOUBLE) AS revenue
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled
    GROUP BY customer_id
)
SELECT
    customer_id,
    mean_unit_price,
    max_unit_price,
    max_unit_price - min_unit_price AS unit_price_range,
    discounted_revenue / nullif(revenue, 0) AS discount_share
FROM paid
