-- grain: one row per pair that is kept: what both brought in the baskets that hold both, and how many known customers
-- bought them together
-- keys: first_item, second_item
-- time: lines before $cutoff
SELECT
    pairs.first_item,
    pairs.second_item,
    CAST(sum(one.amount + other.amount) AS DECIMAL(18, 4)) AS revenue,
    count(DISTINCT baskets.customer_id) AS n_customers
FROM basket_pairs AS pairs
INNER JOIN basket_members AS one ON one.item = pairs.first_item
INNER JOIN basket_members AS other ON other.item = pairs.second_item AND other.basket = one.basket
INNER JOIN basket_orders AS baskets ON baskets.basket = one.basket
GROUP BY pairs.first_item, pairs.second_item
ORDER BY pairs.first_item, pairs.second_item
