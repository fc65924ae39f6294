-- grain: one row per product (of those that bring most) and month in which it was sold
-- keys: subject, month
-- time: months of insight_product_months, before the cut-off
-- parameters: most
WITH ranked AS (
    SELECT product_id, row_number() OVER (ORDER BY sum(revenue) DESC, product_id) AS place
    FROM insight_product_months
    GROUP BY product_id
)
SELECT
    months.product_id AS subject,
    coalesce(products.description, months.product_id) AS name,
    [months.product_id] AS product_ids,
    months.month,
    CAST(months.revenue AS DOUBLE) AS revenue
FROM insight_product_months AS months
INNER JOIN ranked ON ranked.product_id = months.product_id AND ranked.place <= CAST($most AS INTEGER)
LEFT JOIN history_products AS products ON products.product_id = months.product_id
ORDER BY ranked.place, months.month
