-- grain: one row with both sides: the amounts of all rows as they came, and where they are
-- parameters: prices_include_tax
SELECT
    (
        SELECT coalesce(sum(
            line_amount - coalesce(order_discount, 0)
            - CASE WHEN $prices_include_tax THEN coalesce(order_tax, 0) ELSE 0 END
        ), 0)
        FROM stg_lines
    ) AS left_side,
    (SELECT coalesce(sum(amount), 0) FROM fct_order_lines)
    - (SELECT coalesce(sum(amount), 0) FROM fct_returns WHERE is_row)
    + (SELECT coalesce(sum(amount), 0) FROM set_aside) AS right_side
