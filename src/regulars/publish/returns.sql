-- grain: one row per line returned, cancelled or refunded before the cut-off
-- keys: return_id, return_line
-- time: returned_at before the cut-off
-- needs: returns
SELECT
    customer_id,
    return_id,
    return_line,
    order_id,
    link,
    returned_at,
    product_id,
    line_kind,
    counts_as_revenue,
    quantity,
    amount
FROM history_returns
