-- grain: one row per row that gives back and for which an order was found
-- keys: line_id
-- time: the order lies at or before the return, in the version known at the return
-- An order with the same id and product is stated; else the customer's latest earlier order with the same product,
-- quantity and price; else the latest with at least that many of the product.
WITH given_back AS (
    SELECT settled.line_id, settled.order_id, settled.customer_id, settled.ordered_at AS returned_at,
        settled.product_id, abs(settled.quantity) AS quantity, settled.unit_price
    FROM stg_settled AS settled
    LEFT JOIN stg_sold_discounts AS discounts ON discounts.line_id = settled.line_id
    WHERE settled.side = 'return' AND discounts.line_id IS NULL AND settled.product_id IS NOT NULL
),
products_given_back AS (
    SELECT DISTINCT product_id FROM given_back
),
candidates AS (
    SELECT lines.*
    FROM fct_order_lines AS lines
    INNER JOIN products_given_back AS products ON products.product_id = lines.product_id
    WHERE lines.amount >= 0
),
stated AS (
    SELECT given_back.line_id, min(lines.order_id) AS order_id
    FROM given_back
    INNER JOIN candidates AS lines
        ON lines.order_id = given_back.order_id
        AND lines.product_id = given_back.product_id
        AND lines.ordered_at <= given_back.returned_at
        AND coalesce(lines.known_from, lines.ordered_at) <= given_back.returned_at
    GROUP BY given_back.line_id
),
likely AS (
    SELECT
        given_back.line_id,
        max_by(
            lines.order_id,
            (lines.quantity = given_back.quantity AND lines.unit_price = given_back.unit_price, lines.ordered_at,
            lines.order_id)
        ) AS order_id,
        bool_or(lines.quantity = given_back.quantity AND lines.unit_price = given_back.unit_price) AS is_exact
    FROM given_back
    INNER JOIN candidates AS lines
        ON lines.customer_id = given_back.customer_id
        AND lines.product_id = given_back.product_id
        AND lines.quantity >= given_back.quantity
        AND lines.ordered_at <= given_back.returned_at
        AND (lines.known_from IS NULL OR lines.known_from <= given_back.returned_at)
        AND (lines.known_until IS NULL OR lines.known_until > given_back.returned_at)
    GROUP BY given_back.line_id
)
SELECT
    given_back.line_id,
    coalesce(stated.order_id, likely.order_id) AS order_id,
    CASE
        WHEN stated.order_id IS NOT NULL THEN 'stated'
        WHEN likely.is_exact THEN 'exact'
        ELSE 'product'
    END AS link
FROM given_back
LEFT JOIN stated ON stated.line_id = given_back.line_id
LEFT JOIN likely ON likely.line_id = given_back.line_id
WHERE stated.order_id IS NOT NULL OR likely.order_id IS NOT NULL
