-- grain: one row of a source that was set aside, the first $n
-- keys: source, part, row_number
-- time: timeless: what was loaded, whenever it was dated
-- parameters: reason, n
SELECT source, part, row_number, detail, amount, order_id, customer_id, ordered_at, product_id, description, quantity, unit_price
FROM set_aside
WHERE reason = $reason
ORDER BY abs(amount) DESC NULLS LAST, source, row_number
LIMIT $n
