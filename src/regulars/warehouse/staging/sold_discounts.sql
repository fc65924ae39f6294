-- grain: one row per negative line of kind discount on an order that also sells: it stays a line of that order
-- keys: line_id
SELECT discounts.line_id
FROM stg_settled AS discounts
WHERE discounts.side = 'return'
    AND discounts.line_kind = 'discount'
    AND EXISTS (
        SELECT 1
        FROM stg_settled AS sales
        WHERE sales.side = 'sale'
            AND sales.order_id = discounts.order_id
            AND sales.version = discounts.version
            AND sales.ordered_at = discounts.ordered_at
    )
