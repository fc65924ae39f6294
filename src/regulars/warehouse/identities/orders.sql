-- grain: one row with both sides: amounts of lines, and revenue and charges of their orders
SELECT
    (SELECT coalesce(sum(amount), 0) FROM fct_order_lines) AS left_side,
    (SELECT coalesce(sum(revenue + charges), 0) FROM fct_orders)
    - (
        SELECT coalesce(sum(amounts.shipping), 0)
        FROM stg_order_amounts AS amounts
        INNER JOIN fct_orders AS orders ON orders.order_id = amounts.order_id AND orders.version = amounts.version
    ) AS right_side
