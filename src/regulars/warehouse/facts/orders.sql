-- grain: one row per known version of an order
-- keys: order_id, version
-- time: ordered_at
-- Nothing of it looks at what was returned, nor at an order placed or known later.
WITH sums AS (
    SELECT
        lines.order_id,
        lines.version,
        min(lines.customer_id) AS customer_id,
        min(lines.ordered_at) AS ordered_at,
        bool_or(lines.counts_as_revenue) AS is_purchase,
        sum(CASE WHEN lines.counts_as_revenue THEN lines.amount ELSE 0 END) AS revenue,
        sum(CASE WHEN lines.counts_as_revenue THEN 0 ELSE lines.amount END) AS charges,
        sum(lines.discount) AS discount,
        CASE WHEN count(lines.discount) > 0
            THEN sum(CASE WHEN lines.counts_as_revenue AND lines.discount > 0 THEN lines.amount ELSE 0 END)
        END AS discounted_revenue,
        CASE WHEN count(CASE WHEN lines.line_kind = 'product' AND lines.unit_cost IS NULL THEN 1 END) = 0
            THEN sum(CASE WHEN lines.line_kind = 'product'
                THEN TRY_CAST(CAST(lines.quantity AS DECIMAL(20, 4)) * lines.unit_cost AS DECIMAL(18, 4)) END)
        END AS cost,
        count(CASE WHEN lines.line_kind = 'product' THEN 1 END) AS n_lines,
        sum(CASE WHEN lines.line_kind = 'product' THEN lines.quantity ELSE 0 END) AS n_units,
        max(CASE WHEN lines.line_kind = 'product' THEN lines.quantity END) AS max_units_per_line,
        sum(CASE WHEN lines.line_kind = 'product' THEN lines.unit_price ELSE 0 END) AS sum_unit_price,
        min(CASE WHEN lines.line_kind = 'product' THEN lines.unit_price END) AS min_unit_price,
        max(CASE WHEN lines.line_kind = 'product' THEN lines.unit_price END) AS max_unit_price,
        min(lines.country) AS country,
        min(lines.channel) AS channel,
        bool_and(lines.has_hour) AS has_hour,
        min(lines.known_from) AS known_from,
        min(lines.known_until) AS known_until
    FROM fct_order_lines AS lines
    GROUP BY lines.order_id, lines.version
),
bought_again AS (  -- most products are bought once by a customer
    SELECT customer_id, product_id, bought_from
    FROM fct_customer_products
    WHERE last_bought_at > bought_from
),
repeats AS (
    SELECT lines.order_id, lines.version, count(*) AS n_lines
    FROM fct_order_lines AS lines
    INNER JOIN bought_again
        ON bought_again.customer_id = lines.customer_id AND bought_again.product_id = lines.product_id
    WHERE lines.line_kind = 'product' AND bought_again.bought_from < lines.ordered_at
    GROUP BY lines.order_id, lines.version
)
SELECT
    sums.order_id,
    sums.version,
    sums.customer_id,
    sums.ordered_at,
    sums.has_hour,
    sums.is_purchase,
    CAST(sums.revenue AS DECIMAL(18, 4)) AS revenue,
    CAST(sums.charges + coalesce(amounts.shipping, 0) AS DECIMAL(18, 4)) AS charges,
    amounts.tax,
    CAST(sums.discount AS DECIMAL(18, 4)) AS discount,
    CAST(sums.discounted_revenue AS DECIMAL(18, 4)) AS discounted_revenue,
    CAST(sums.cost AS DECIMAL(18, 4)) AS cost,
    CAST(sums.n_lines AS INTEGER) AS n_lines,
    CAST(sums.n_units AS DECIMAL(18, 4)) AS n_units,
    sums.max_units_per_line,
    CAST(sums.sum_unit_price AS DECIMAL(18, 4)) AS sum_unit_price,
    sums.min_unit_price,
    sums.max_unit_price,
    CAST(coalesce(repeats.n_lines, 0) AS INTEGER) AS n_repeat_lines,
    sums.country,
    sums.channel,
    sums.known_from,
    sums.known_until
FROM sums
LEFT JOIN repeats ON repeats.order_id = sums.order_id AND repeats.version = sums.version
LEFT JOIN stg_order_amounts AS amounts ON amounts.order_id = sums.order_id AND amounts.version = sums.version
