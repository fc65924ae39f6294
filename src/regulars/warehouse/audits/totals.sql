-- grain: one row: what came in, what was kept and what was set aside, in rows and in money; and what else was told
SELECT
    (SELECT count(*) FROM fct_order_lines) + (SELECT count(*) FROM fct_returns WHERE is_row) AS rows_kept,
    (
        SELECT count(*)
        FROM set_aside
        INNER JOIN raw_loads AS loads ON loads.load_id = set_aside.load_id
        WHERE loads.shape = 'orders'
    ) AS rows_set_aside,
    (SELECT coalesce(sum(amount), 0) FROM fct_order_lines)
    - (SELECT coalesce(sum(amount), 0) FROM fct_returns WHERE is_row) AS money_kept,
    (SELECT coalesce(sum(amount), 0) FROM set_aside) AS money_set_aside,
    (SELECT coalesce(sum(abs(amount)), 0) FROM fct_order_lines)
    + (SELECT coalesce(sum(abs(amount)), 0) FROM fct_returns WHERE is_row)
    + (SELECT coalesce(sum(abs(amount)), 0) FROM set_aside) AS gross_money,
    (SELECT count(*) FROM fct_ratings) AS ratings_kept,
    (
        SELECT count(*)
        FROM set_aside
        INNER JOIN raw_loads AS loads ON loads.load_id = set_aside.load_id
        WHERE loads.shape = 'ratings'
    ) AS ratings_set_aside,
    (SELECT count(DISTINCT customer_id) FROM raw_customers) AS customers_told,
    (SELECT count(*) FROM fct_order_lines WHERE counts_as_revenue AND known_until IS NULL) AS n_revenue_lines,
    (SELECT coalesce(sum(revenue), 0) FROM fct_orders WHERE known_until IS NULL) AS revenue
