-- grain: one row per pair that is kept: what both brought in the baskets that hold both, and how many known customers
-- bought them together
-- keys: first_item, second_item
-- time: lines before $cutoff
-- Of each basket only the items of kept pairs are put together, so that work follows what is kept, not all lines.
WITH wanted AS (
    SELECT first_item AS item FROM basket_pairs
    UNION
    SELECT second_item AS item FROM basket_pairs
),
members AS MATERIALIZED (
    SELECT basket, item, amount FROM basket_members WHERE item IN (SELECT item FROM wanted)
),
together AS (
    SELECT one.basket, one.item AS first_item, other.item AS second_item, one.amount + other.amount AS amount
    FROM members AS one
    INNER JOIN members AS other ON other.basket = one.basket AND other.item > one.item
    WHERE (one.item, other.item) IN (SELECT (first_item, second_item) FROM basket_pairs)
),
by_customer AS (
    SELECT together.first_item, together.second_item, baskets.customer_id, sum(together.amount) AS revenue
    FROM together
    INNER JOIN basket_orders AS baskets ON baskets.basket = together.basket
    GROUP BY together.first_item, together.second_item, baskets.customer_id
)
SELECT
    first_item,
    second_item,
    CAST(sum(revenue) AS DECIMAL(18, 4)) AS revenue,
    count(customer_id) AS n_customers
FROM by_customer
GROUP BY first_item, second_item
ORDER BY first_item, second_item
