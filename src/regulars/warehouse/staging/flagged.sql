-- grain: one row per order id whose rows cannot be taken as they are
-- keys: order_id
-- Told more than once (several copies or update stamps), or with several instants or customers under one id.
SELECT order_id
FROM stg_lines
WHERE order_id IS NOT NULL
GROUP BY order_id
HAVING min(copy) <> max(copy)
    OR min(updated_at) <> max(updated_at)
    OR min(ordered_at) <> max(ordered_at)
    OR min(customer_id) <> max(customer_id)
    OR (count(updated_at) > 0 AND count(updated_at) < count(*))
    OR (count(customer_id) > 0 AND count(customer_id) < count(*))
