-- grain: one row per line that an order has more than once, word for word
-- keys: order_id, customer_id, ordered_at, product_id, description, quantity, unit_price, amount, country, status
-- n_rows and money are those beyond the first; what another file, sheet or section repeats is not counted here.
SELECT
    'order ' || coalesce(raw.order_id, 'without a number') AS about,
    raw.ordered_at AS happened_at,
    CAST(
        coalesce(raw.amount, TRY_CAST(CAST(raw.quantity AS DECIMAL(20, 4)) * raw.unit_price AS DECIMAL(18, 4)), 0) * (count(*) - 1)
        AS DECIMAL(18, 4)
    ) AS money,
    count(*) - 1 AS n_rows,
    raw.order_id,
    raw.customer_id,
    raw.ordered_at,
    raw.product_id,
    raw.description,
    raw.quantity,
    raw.unit_price,
    raw.amount,
    raw.country,
    raw.status
FROM raw_order_lines AS raw
LEFT JOIN set_aside AS repeated
    ON repeated.reason IN ('overlap', 'superseded')
    AND repeated.load_id = raw.load_id
    AND repeated.part IS NOT DISTINCT FROM raw.part
    AND repeated.row_number = raw.row_number
WHERE repeated.load_id IS NULL
GROUP BY
    raw.order_id, raw.customer_id, raw.ordered_at, raw.product_id, raw.description, raw.quantity, raw.unit_price,
    raw.amount, raw.country, raw.status, raw.updated_at
HAVING count(*) > 1
