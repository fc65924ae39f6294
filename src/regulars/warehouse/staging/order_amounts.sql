-- grain: one row per known version of an order that has amounts beside its lines
-- keys: order_id, version
-- parameters: prices_include_tax
-- What the whole order has counts when the row that carries it is of the order; base is what it can be spread over.
WITH carried AS (
    SELECT
        order_id,
        version,
        line_id,
        order_discount,
        order_tax,
        order_shipping,
        tax,
        shipping,
        order_refund
    FROM stg_settled
    WHERE (
        coalesce(order_discount, 0) <> 0 OR order_tax IS NOT NULL OR coalesce(order_shipping, 0) <> 0
        OR tax IS NOT NULL OR coalesce(shipping, 0) <> 0 OR coalesce(order_refund, 0) <> 0
    )
        AND order_id IS NOT NULL
        AND (side = 'sale' OR reason IN ('zero_price', 'zero_quantity', 'adjustment'))
),
totals AS (
    SELECT
        order_id,
        version,
        CAST(sum(coalesce(order_discount, 0)) AS DECIMAL(18, 4)) AS order_discount,
        CAST(sum(coalesce(order_tax, 0)) AS DECIMAL(18, 4)) AS order_tax,
        CAST(CASE WHEN count(tax) + count(order_tax) > 0
            THEN sum(coalesce(tax, 0)) + sum(coalesce(order_tax, 0)) END AS DECIMAL(18, 4)) AS tax,
        CAST(sum(coalesce(shipping, 0)) + sum(coalesce(order_shipping, 0)) AS DECIMAL(18, 4)) AS shipping,
        CAST(sum(coalesce(order_refund, 0)) AS DECIMAL(18, 4)) AS order_refund
    FROM carried
    GROUP BY order_id, version
),
bases AS (
    SELECT sales.order_id, sales.version, sum(sales.line_amount) AS base
    FROM stg_settled AS sales
    INNER JOIN totals ON totals.order_id = sales.order_id AND totals.version = sales.version
    WHERE sales.side = 'sale' AND sales.counts_as_revenue AND sales.line_amount > 0
    GROUP BY sales.order_id, sales.version
)
SELECT
    totals.*,
    CAST(
        totals.order_discount + CASE WHEN $prices_include_tax THEN totals.order_tax ELSE 0 END AS DECIMAL(18, 4)
    ) AS to_spread,
    CAST(bases.base AS DECIMAL(18, 4)) AS base
FROM totals
LEFT JOIN bases ON bases.order_id = totals.order_id AND bases.version = totals.version
