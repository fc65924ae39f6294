-- grain: one row: orders of several rows that tell money, how many of them tell one sum alone, and how many such sums there are
-- keys: none
-- time: none
SELECT
    count(*) AS n_orders,
    count(*) FILTER (WHERE n_totals = 1) AS n_whole,
    count(DISTINCT total) FILTER (WHERE n_totals = 1) AS n_different
FROM (
    SELECT
        order_id,
        count(DISTINCT coalesce(order_subtotal, order_total, amount)) AS n_totals,
        max(coalesce(order_subtotal, order_total, amount)) AS total
    FROM landing_filled
    WHERE order_id IS NOT NULL
    GROUP BY order_id
    HAVING count(*) > 1
)
WHERE n_totals > 0
