-- grain: one row per line returned, cancelled or refunded before the cut-off
-- keys: return_id, return_line
-- time: returned_at < $cutoff
-- parameters: cutoff, customer_id (null for everybody)
-- kept as: view, because to copy it takes as long as to read it a few times
SELECT
    return_id,
    return_line,
    order_id,
    link,
    customer_id,
    returned_at,
    product_id,
    line_kind,
    counts_as_revenue,
    quantity,
    amount
FROM fct_returns
WHERE returned_at < CAST($cutoff AS TIMESTAMP)
    AND (CAST($customer_id AS VARCHAR) IS NULL OR customer_id = CAST($customer_id AS VARCHAR))
