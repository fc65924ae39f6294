-- grain: one row per row that carries an order's discount, or tax within its prices, and nothing to spread it over
-- keys: line_id
-- parameters: prices_include_tax
-- It stays on its row, so that no money is lost.
WITH carried AS (
    SELECT
        line_id,
        order_id,
        version,
        side,
        reason,
        coalesce(order_discount, 0) + CASE WHEN $prices_include_tax THEN coalesce(order_tax, 0) ELSE 0 END AS taken_off
    FROM stg_settled
    WHERE coalesce(order_discount, 0) <> 0 OR ($prices_include_tax AND coalesce(order_tax, 0) <> 0)
)
SELECT carried.line_id, CAST(carried.taken_off AS DECIMAL(18, 4)) AS taken_off
FROM carried
LEFT JOIN stg_order_amounts AS amounts
    ON amounts.order_id = carried.order_id
    AND amounts.version = carried.version
    AND amounts.base > 0
    AND (carried.side = 'sale' OR carried.reason IN ('zero_price', 'zero_quantity', 'adjustment'))
WHERE carried.taken_off <> 0 AND amounts.order_id IS NULL
