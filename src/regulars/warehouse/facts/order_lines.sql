-- grain: one row per line sold, of every known version of an order
-- keys: load_id, part, row_number
-- time: ordered_at, one instant for all lines of an order
SELECT
    lines.order_id,
    CAST(lines.version AS INTEGER) AS version,
    lines.customer_id,
    lines.ordered_at,
    lines.product_id,
    lines.description,
    coalesce(lines.category, list.category) AS category,
    lines.line_kind,
    lines.counts_as_revenue,
    lines.quantity,
    lines.unit_price,
    CAST(
        lines.line_amount - coalesce(spread.taken_off, 0) - coalesce(unspread.taken_off, 0) AS DECIMAL(18, 4)
    ) AS amount,
    CASE
        WHEN lines.discount IS NULL THEN spread.discount
        ELSE CAST(abs(lines.discount) + coalesce(spread.discount, 0) AS DECIMAL(18, 4))
    END AS discount,
    coalesce(lines.unit_cost, list.unit_cost) AS unit_cost,
    lines.known_from,
    lines.known_until,
    lines.has_hour,
    lines.country,
    lines.channel,
    lines.load_id,
    lines.part,
    lines.row_number
FROM stg_settled AS lines
LEFT JOIN stg_sold_discounts AS discounts ON discounts.line_id = lines.line_id
LEFT JOIN stg_spread AS spread ON spread.line_id = lines.line_id
LEFT JOIN stg_unspread AS unspread ON unspread.line_id = lines.line_id
LEFT JOIN dim_products AS list ON list.product_id = lines.product_id
WHERE lines.side = 'sale' OR discounts.line_id IS NOT NULL
