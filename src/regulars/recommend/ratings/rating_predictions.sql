-- grain: one row per customer with ratings and rank
-- keys: customer_id, rank
-- time: names of products as of the cut-off; a product that was never sold has the name of the product list
-- needs: products
-- Reads rated_lists, with the product liked by the customer that speaks most for the one on the list (because_id).
WITH names AS (
    SELECT
        coalesce(sold.product_id, listed.product_id) AS product_id,
        coalesce(sold.description, listed.description) AS description
    FROM history_products AS sold
    FULL OUTER JOIN dim_products AS listed ON listed.product_id = sold.product_id
)
SELECT
    lists.customer_id,
    CAST(lists.rank AS INTEGER) AS rank,
    lists.product_id,
    names.description,
    lists.predicted_rating,
    lists.score,
    CAST(lists.n_ratings AS INTEGER) AS n_ratings,
    CASE
        WHEN lists.because_id IS NOT NULL
            THEN 'rated ' || printf('%g', lists.because_rating) || ' for '
                || coalesce(reasons.description, lists.because_id) || ', which the same people like'
        ELSE 'rated ' || printf('%.1f', lists.mean_rating) || ' on average by ' || CAST(lists.n_ratings AS VARCHAR)
            || ' customers'
    END AS reason
FROM rated_lists AS lists
LEFT JOIN names ON names.product_id = lists.product_id
LEFT JOIN names AS reasons ON reasons.product_id = lists.because_id
