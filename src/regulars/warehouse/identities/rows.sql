-- grain: one row with both sides: rows of the source, and where they are
SELECT
    (SELECT count(*) FROM raw_order_lines) + (
        SELECT count(*)
        FROM raw_rejects AS rejects
        INNER JOIN raw_loads AS loads ON loads.load_id = rejects.load_id
        WHERE loads.shape = 'orders'
    ) AS left_side,
    (SELECT count(*) FROM fct_order_lines)
    + (SELECT count(*) FROM fct_returns WHERE is_row)
    + (
        SELECT count(*)
        FROM set_aside
        INNER JOIN raw_loads AS loads ON loads.load_id = set_aside.load_id
        WHERE loads.shape = 'orders'
    ) AS right_side
