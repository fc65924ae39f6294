-- grain: one row per row of an orders source
-- keys: row_number
-- time: ordered_at
-- Reads landing_rows (cells with a section) and says of each row whether it can be landed: bad is null, or says which
-- column cannot be read and why. Money is that of the line; a row that is an order without lines has the order's total
-- without tax, shipping and with its discount put back, so that all lines are treated alike later.
SELECT
    row_number,
    section,
    order_id,
    customer_id,
    ordered_at,
    coalesce(product_id, description) AS product_id,
    description,
    quantity,
    unit_price,
    CASE
        WHEN amount IS NOT NULL THEN amount
            + CASE WHEN amount_is_net THEN abs(coalesce(line_discount, 0)) ELSE 0 END
            + CASE WHEN order_amount_is_net THEN abs(coalesce(order_discount, 0)) ELSE 0 END
        WHEN unit_price IS NULL THEN coalesce(
            order_subtotal,
            order_total - coalesce(order_shipping, 0) - CASE WHEN prices_include_tax THEN 0 ELSE coalesce(order_tax, 0) END
        ) + abs(coalesce(order_discount, 0))
    END AS amount,
    abs(line_discount) AS discount,
    tax,
    shipping,
    abs(order_discount) AS order_discount,
    order_tax,
    order_shipping,
    abs(order_refund) AS order_refund,
    unit_cost,
    CASE WHEN cancelled_at IS NOT NULL THEN 'cancelled' ELSE status END AS status,
    coalesce(cancelled_at, updated_at) AS updated_at,
    currency,
    country,
    channel,
    category,
    CASE
        WHEN lower(trim(consent)) IN ('yes', 'y', 'true', 't', '1', 'ja', 'oui', 'si', 'sí', 'subscribed') THEN true
        WHEN lower(trim(consent)) IN ('no', 'n', 'false', 'f', '0', 'nein', 'non', 'unsubscribed', 'not_subscribed', 'not subscribed')
            THEN false
    END AS consent,
    email,
    CASE
        WHEN order_missing THEN 'order_id'
        WHEN ordered_at IS NULL THEN 'ordered_at'
        WHEN quantity IS NULL AND (quantity_text IS NOT NULL OR (has_quantity AND amount IS NULL AND order_total IS NULL)) THEN 'quantity'
        WHEN abs(quantity) >= 100000000000 THEN 'quantity'
        WHEN unit_price IS NULL AND unit_price_text IS NOT NULL OR abs(unit_price) >= 100000000000 THEN 'unit_price'
        WHEN amount IS NULL AND amount_text IS NOT NULL OR abs(amount) >= 100000000000 THEN 'amount'
        WHEN order_total IS NULL AND order_total_text IS NOT NULL OR abs(order_total) >= 100000000000 THEN 'order_total'
        WHEN order_subtotal IS NULL AND order_subtotal_text IS NOT NULL OR abs(order_subtotal) >= 100000000000 THEN 'order_subtotal'
        WHEN coalesce(unit_price, amount, order_subtotal, order_total) IS NULL THEN money_column
        WHEN abs(CAST(quantity AS DOUBLE) * CAST(unit_price AS DOUBLE)) >= 100000000000 THEN 'unit_price'
        WHEN discount IS NULL AND discount_text IS NOT NULL OR abs(discount) >= 100000000000 THEN 'discount'
        WHEN tax IS NULL AND tax_text IS NOT NULL OR abs(tax) >= 100000000000 THEN 'tax'
        WHEN shipping IS NULL AND shipping_text IS NOT NULL OR abs(shipping) >= 100000000000 THEN 'shipping'
        WHEN order_discount IS NULL AND order_discount_text IS NOT NULL OR abs(order_discount) >= 100000000000 THEN 'order_discount'
        WHEN order_tax IS NULL AND order_tax_text IS NOT NULL OR abs(order_tax) >= 100000000000 THEN 'order_tax'
        WHEN order_shipping IS NULL AND order_shipping_text IS NOT NULL OR abs(order_shipping) >= 100000000000 THEN 'order_shipping'
        WHEN order_refund IS NULL AND order_refund_text IS NOT NULL OR abs(order_refund) >= 100000000000 THEN 'order_refund'
        WHEN unit_cost IS NULL AND unit_cost_text IS NOT NULL OR abs(unit_cost) >= 100000000000 THEN 'unit_cost'
        WHEN updated_at IS NULL AND updated_at_text IS NOT NULL THEN 'updated_at'
        WHEN cancelled_at IS NULL AND cancelled_at_text IS NOT NULL THEN 'cancelled_at'
    END AS bad,
    map(
        ['quantity', 'unit_price', 'amount', 'order_total', 'order_subtotal', 'discount', 'tax', 'shipping', 'order_discount', 'order_tax', 'order_shipping', 'order_refund', 'unit_cost'],
        [quantity_is_number, unit_price_is_number, amount_is_number, order_total_is_number, order_subtotal_is_number, discount_is_number, tax_is_number, shipping_is_number, order_discount_is_number, order_tax_is_number, order_shipping_is_number, order_refund_is_number, unit_cost_is_number]
    ) AS are_numbers
FROM (
    SELECT
        *,
        CASE
            WHEN discount_is_inside THEN CAST(NULL AS DECIMAL(18, 4))
            WHEN discount_is_share THEN TRY_CAST(CAST(coalesce(quantity, 1) AS DOUBLE) * CAST(unit_price AS DOUBLE) * CAST(discount AS DOUBLE) AS DECIMAL(18, 4))
            ELSE discount
        END AS line_discount
    FROM landing_rows
)
