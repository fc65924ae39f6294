-- grain: one row per order line of a made-up shop, in the order of time over two years
-- Shaped like Online Retail II: 20 lines an order, 130 a customer, six of ten lines the first of a customer and product.
-- Customers and products are heavy-tailed: few have much. Seeded by hashes, so that every run has the same lines.
-- parameters: n_orders, n_customers, n_products, start
WITH orders AS (
    SELECT
        i,
        hash(i, 'who') / 18446744073709551616.0 AS who,
        hash(i, 'size') / 18446744073709551616.0 AS size,
        $start + to_seconds(CAST(730 * 86400.0 * (i + hash(i, 'when') / 18446744073709551616.0) / $n_orders AS BIGINT))
            AS ordered_at
    FROM range($n_orders) AS numbers (i)
),
sized AS (
    SELECT
        *,
        CAST(floor($n_customers * power(who, 2.2)) AS BIGINT) AS customer,
        1 + CAST(floor(least(-19.5 * ln(1 - size), 500)) AS BIGINT) AS n_lines
    FROM orders
),
lines AS (
    SELECT *, unnest(range(n_lines)) AS j FROM sized
),
chosen AS (
    SELECT
        *,
        -- every other line is one of the customer's twenty favorites
        CAST(floor($n_products * power(
            CASE WHEN hash(i, j, 'habit') % 2 = 0 THEN hash(customer, hash(i, j, 'which') % 20) ELSE hash(i, j, 'what') END
            / 18446744073709551616.0,
            2.5
        )) AS BIGINT) AS product,
        1 + CAST(floor(power(hash(i, j, 'many') / 18446744073709551616.0, 6) * 48) AS BIGINT) AS units
    FROM lines
)
SELECT
    'O' || lpad(CAST(i AS VARCHAR), 9, '0') AS order_id,
    1 AS version,
    'C' || lpad(CAST(customer AS VARCHAR), 8, '0') AS customer_id,
    ordered_at,
    'P' || lpad(CAST(product AS VARCHAR), 6, '0') AS product_id,
    'Product ' || CAST(product AS VARCHAR) AS description,
    'Category ' || CAST(CAST(floor(12 * power(hash(product, 'kind') / 18446744073709551616.0, 1.5)) AS BIGINT) AS VARCHAR)
        AS category,
    'product' AS line_kind,
    TRUE AS counts_as_revenue,
    CAST(units AS DECIMAL(18, 4)) AS quantity,
    CAST(round(0.5 + 20 * power(hash(product) / 18446744073709551616.0, 3), 2) AS DECIMAL(18, 4)) AS unit_price,
    CAST(units * CAST(round(0.5 + 20 * power(hash(product) / 18446744073709551616.0, 3), 2) AS DECIMAL(18, 4)) AS DECIMAL(18, 4))
        AS amount,
    CAST(NULL AS DECIMAL(18, 4)) AS discount,
    CAST(NULL AS DECIMAL(18, 4)) AS unit_cost,
    CAST(NULL AS TIMESTAMP) AS known_from,
    CAST(NULL AS TIMESTAMP) AS known_until,
    1 AS load_id,
    CAST(NULL AS VARCHAR) AS part,
    row_number() OVER () AS row_number,
    TRUE AS has_hour,
    CASE WHEN customer % 10 < 8 THEN 'United Kingdom' ELSE 'Country ' || CAST(customer % 37 AS VARCHAR) END AS country,
    CASE WHEN hash(i, 'where') % 4 = 0 THEN 'shop' ELSE 'web' END AS channel
FROM chosen
