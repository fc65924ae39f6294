-- grain: one row per customer with orders, from $first to $last
-- keys: customer_id
-- time: orders before the cut-off, the latest first
-- parameters: first, last, n_recent
SELECT
    customer_id,
    list(
        struct_pack(
            order_id := order_id,
            ordered_at := strftime(ordered_at, '%Y-%m-%dT%H:%M:%S'),
            revenue := revenue,
            return_value := return_value,
            n_lines := n_lines,
            n_units := n_units,
            channel := channel,
            is_cancelled := is_cancelled
        )
        ORDER BY place
    ) AS recent_orders
FROM (
    SELECT
        *,
        row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC, order_id DESC) AS place
    FROM published_orders
    WHERE customer_id BETWEEN $first AND $last
) AS ranked
WHERE place <= $n_recent
GROUP BY customer_id
