-- grain: one row per category (of those that bring most) and month in which it was sold
-- keys: subject, month
-- time: months of insight_product_months, before the cut-off
-- parameters: most
WITH known AS (
    SELECT months.product_id, months.month, months.revenue, categories.category
    FROM insight_product_months AS months
    INNER JOIN insight_categories AS categories ON categories.product_id = months.product_id
),
ranked AS (
    SELECT
        category,
        list_sort(list(DISTINCT product_id)) AS product_ids,
        row_number() OVER (ORDER BY sum(revenue) DESC, category) AS place
    FROM known
    GROUP BY category
)
SELECT
    known.category AS subject,
    known.category AS name,
    ranked.product_ids,
    known.month,
    CAST(sum(known.revenue) AS DOUBLE) AS revenue
FROM known
INNER JOIN ranked ON ranked.category = known.category AND ranked.place <= CAST($most AS INTEGER)
GROUP BY known.category, ranked.product_ids, ranked.place, known.month
ORDER BY ranked.place, known.month
