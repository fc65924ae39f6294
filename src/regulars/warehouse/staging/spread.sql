-- grain: one row per line sold of an order that has a discount, or tax within its prices, as a whole
-- keys: line_id
-- parameters: prices_include_tax
-- In proportion to the amounts of the lines that count, to the fourth decimal; what rounding leaves is on the first.
WITH shares AS (
    SELECT
        sales.line_id,
        sales.order_id,
        sales.version,
        amounts.to_spread,
        amounts.order_discount,
        CAST(round(CAST(amounts.to_spread AS DOUBLE) * CAST(sales.line_amount AS DOUBLE)
            / CAST(amounts.base AS DOUBLE), 4) AS DECIMAL(18, 4)) AS share,
        CAST(round(CAST(amounts.order_discount AS DOUBLE) * CAST(sales.line_amount AS DOUBLE)
            / CAST(amounts.base AS DOUBLE), 4) AS DECIMAL(18, 4)) AS discount_share,
        row_number() OVER (PARTITION BY sales.order_id, sales.version ORDER BY sales.line_id) AS place
    FROM stg_settled AS sales
    INNER JOIN stg_order_amounts AS amounts
        ON amounts.order_id = sales.order_id AND amounts.version = sales.version
    WHERE sales.side = 'sale'
        AND sales.counts_as_revenue
        AND sales.line_amount > 0
        AND amounts.base > 0
        AND amounts.to_spread <> 0
),
totals AS (
    SELECT order_id, version, sum(share) AS share, sum(discount_share) AS discount_share
    FROM shares
    GROUP BY order_id, version
)
SELECT
    shares.line_id,
    CAST(shares.share + CASE WHEN place = 1 THEN shares.to_spread - totals.share ELSE 0 END
        AS DECIMAL(18, 4)) AS taken_off,
    CAST(shares.discount_share + CASE WHEN place = 1 THEN shares.order_discount - totals.discount_share ELSE 0 END
        AS DECIMAL(18, 4)) AS discount
FROM shares
INNER JOIN totals ON totals.order_id = shares.order_id AND totals.version = shares.version
