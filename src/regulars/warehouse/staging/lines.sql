-- grain: one row per row of raw_order_lines: cleaned ids, amounts in the shop's currency, and what it is by itself
-- keys: line_id
-- time: ordered_at
-- parameters: prices_include_tax
-- side says what the row is: 'sale', 'return', or null with the reason why it is set aside. line_amount is the price of
-- the line after its own discount, without tax and shipping; what the whole order has (order_…) is still apart.
WITH cleaned AS (
    SELECT
        parts.part_number * 1099511627776 + raw.row_number AS line_id,
        raw.load_id,
        raw.part,
        raw.row_number,
        parts.copy,
        parts.batch_id,
        parts.has_hour,
        parts.loaded_at,
        CASE
            WHEN trim(raw.order_id) LIKE '%.0' AND regexp_matches(trim(raw.order_id), '^[0-9]+[.]0$')
                THEN replace(trim(raw.order_id), '.0', '')
            ELSE nullif(trim(raw.order_id), '')
        END AS given_order_id,
        CASE
            WHEN trim(raw.customer_id) LIKE '%.0' AND regexp_matches(trim(raw.customer_id), '^[0-9]+[.]0$')
                THEN replace(trim(raw.customer_id), '.0', '')
            ELSE nullif(trim(raw.customer_id), '')
        END AS customer_id,
        CASE
            WHEN trim(raw.product_id) LIKE '%.0' AND regexp_matches(trim(raw.product_id), '^[0-9]+[.]0$')
                THEN replace(trim(raw.product_id), '.0', '')
            ELSE nullif(trim(raw.product_id), '')
        END AS product_id,
        raw.ordered_at,
        nullif(trim(raw.description), '') AS description,
        nullif(trim(raw.category), '') AS category,
        nullif(trim(raw.country), '') AS country,
        nullif(trim(raw.channel), '') AS channel,
        nullif(trim(raw.email), '') AS email,
        raw.consent,
        raw.updated_at,
        coalesce(raw.quantity, 1) AS quantity,
        CASE WHEN rates.rate IS NULL THEN raw.unit_price
            ELSE TRY_CAST(raw.unit_price * rates.rate AS DECIMAL(18, 4)) END AS unit_price,
        CASE WHEN rates.rate IS NULL THEN raw.amount
            ELSE TRY_CAST(raw.amount * rates.rate AS DECIMAL(18, 4)) END AS amount,
        CASE WHEN rates.rate IS NULL THEN raw.discount
            ELSE TRY_CAST(raw.discount * rates.rate AS DECIMAL(18, 4)) END AS discount,
        CASE WHEN rates.rate IS NULL THEN raw.tax
            ELSE TRY_CAST(raw.tax * rates.rate AS DECIMAL(18, 4)) END AS tax,
        CASE WHEN rates.rate IS NULL THEN raw.shipping
            ELSE TRY_CAST(raw.shipping * rates.rate AS DECIMAL(18, 4)) END AS shipping,
        CASE WHEN rates.rate IS NULL THEN raw.order_discount
            ELSE TRY_CAST(raw.order_discount * rates.rate AS DECIMAL(18, 4)) END AS order_discount,
        CASE WHEN rates.rate IS NULL THEN raw.order_tax
            ELSE TRY_CAST(raw.order_tax * rates.rate AS DECIMAL(18, 4)) END AS order_tax,
        CASE WHEN rates.rate IS NULL THEN raw.order_shipping
            ELSE TRY_CAST(raw.order_shipping * rates.rate AS DECIMAL(18, 4)) END AS order_shipping,
        CASE WHEN rates.rate IS NULL THEN raw.order_refund
            ELSE TRY_CAST(raw.order_refund * rates.rate AS DECIMAL(18, 4)) END AS order_refund,
        CASE WHEN rates.rate IS NULL THEN raw.unit_cost
            ELSE TRY_CAST(raw.unit_cost * rates.rate AS DECIMAL(18, 4)) END AS unit_cost,
        coalesce(statuses.meaning, 'placed') AS status_meaning,
        least(coalesce(by_code.rank, 2147483647), coalesce(by_name.rank, 2147483647)) AS rule_rank,
        test_ids.name IS NOT NULL OR test_emails.name IS NOT NULL AS is_test
    FROM raw_order_lines AS raw
    INNER JOIN stg_parts AS parts
        ON parts.load_id = raw.load_id
        AND parts.part IS NOT DISTINCT FROM raw.part
        AND parts.section IS NOT DISTINCT FROM raw.section
    LEFT JOIN stg_kinds_of_products AS by_code ON by_code.product_id = raw.product_id
    LEFT JOIN stg_kinds_of_descriptions AS by_name ON by_name.description = raw.description
    LEFT JOIN stg_statuses AS statuses ON statuses.word = lower(trim(raw.status))
    LEFT JOIN stg_rates AS rates ON rates.currency = upper(trim(raw.currency))
    LEFT JOIN stg_test_customers AS test_ids ON test_ids.name = raw.customer_id
    LEFT JOIN stg_test_customers AS test_emails ON test_emails.name = raw.email
),
priced AS (
    SELECT
        cleaned.*,
        coalesce(kinds.kind, 'product') AS line_kind,
        coalesce(kinds.counts_as_revenue, default_kind.counts_as_revenue) AS counts_as_revenue,
        CASE
            -- some sources write the amount of a return without its sign
            WHEN quantity < 0 AND amount > 0 AND coalesce(unit_price, 0) >= 0 THEN -amount
            ELSE coalesce(amount, TRY_CAST(CAST(quantity AS DECIMAL(20, 4)) * unit_price AS DECIMAL(18, 4)))
        END AS list_amount
    FROM cleaned
    LEFT JOIN stg_kinds AS kinds ON kinds.rank = cleaned.rule_rank
    CROSS JOIN (SELECT counts_as_revenue FROM stg_kinds WHERE rank = 2147483647) AS default_kind
),
counted AS (
    SELECT
        priced.*,
        list_amount - CAST(sign(list_amount) AS DECIMAL(18, 4)) * (
            coalesce(abs(discount), 0) + CASE WHEN $prices_include_tax THEN coalesce(abs(tax), 0) ELSE 0 END
        ) AS line_amount
    FROM priced
),
judged AS (
    SELECT
        counted.*,
        CASE
            WHEN ordered_at > loaded_at THEN 'future'
            WHEN ordered_at < TIMESTAMP '1990-01-01 00:00:00' THEN 'before_1990'
            WHEN status_meaning = 'not_an_order' THEN 'not_an_order'
            WHEN is_test THEN 'test_customer'
            WHEN given_order_id IS NULL AND customer_id IS NULL THEN 'no_order_id_and_no_customer'
            WHEN line_kind = 'adjustment' THEN 'adjustment'
            WHEN line_amount IS NULL OR abs(line_amount) > 100000000000 OR abs(quantity) > 100000000000
                THEN 'amount_unusable'
            WHEN quantity = 0 THEN 'zero_quantity'
            WHEN quantity < 0 AND line_amount = 0 AND customer_id IS NULL THEN 'stock_adjustment'
            WHEN list_amount = 0 AND (quantity < 0 OR unit_price = 0) THEN 'zero_price'
            WHEN quantity < 0 AND unit_price < 0 THEN 'negative_price'
        END AS reason
    FROM counted
)
SELECT
    line_id,
    load_id,
    part,
    row_number,
    copy,
    batch_id,
    has_hour,
    coalesce(given_order_id, customer_id || '@' || strftime(ordered_at, '%Y-%m-%dT%H:%M:%S')) AS order_id,
    customer_id,
    ordered_at,
    product_id,
    description,
    category,
    line_kind,
    counts_as_revenue,
    quantity,
    coalesce(unit_price, TRY_CAST(list_amount / nullif(quantity, 0) AS DECIMAL(18, 4))) AS unit_price,
    coalesce(TRY_CAST(line_amount AS DECIMAL(18, 4)), 0) AS line_amount,
    discount,
    tax,
    shipping,
    order_discount,
    order_tax,
    order_shipping,
    order_refund,
    unit_cost,
    status_meaning,
    updated_at,
    country,
    channel,
    email,
    consent,
    reason,
    CASE
        WHEN reason IS NOT NULL THEN NULL
        WHEN quantity < 0 OR list_amount < 0 THEN 'return'
        ELSE 'sale'
    END AS side
FROM judged
