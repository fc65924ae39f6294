-- grain: one row: orders with a discount on lines and on the order, and how many have the first inside the second
-- keys: none
-- time: none
-- The order's own total without tax and shipping tells: lines less the order's discount is all of it, or not yet.
SELECT
    count(*) AS n_orders,
    count(*) FILTER (WHERE abs(lines - of_order - subtotal) < 0.01) AS n_inside
FROM (
    SELECT
        order_id,
        sum(quantity * unit_price) AS lines,
        sum(abs(coalesce(discount, 0))) AS of_lines,
        max(abs(order_discount)) AS of_order,
        max(order_subtotal) AS subtotal
    FROM landing_filled
    WHERE order_id IS NOT NULL
    GROUP BY order_id
)
WHERE of_lines > 0 AND of_order > 0 AND subtotal IS NOT NULL
