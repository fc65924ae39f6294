-- grain: one row per line of an order placed before the cut-off
-- keys: order_id, order_line (lines of one order that are equal in everything are equal in any order)
-- time: ordered_at before the cut-off
-- needs: order_lines
SELECT
    customer_id,
    order_id,
    row_number() OVER (
        PARTITION BY order_id
        ORDER BY
            product_id, description, category, line_kind, quantity, unit_price, amount, discount, unit_cost
    ) AS order_line,
    ordered_at,
    product_id,
    description,
    category,
    line_kind,
    counts_as_revenue,
    quantity,
    unit_price,
    amount,
    discount,
    unit_cost,
    is_cancelled
FROM history_order_lines
