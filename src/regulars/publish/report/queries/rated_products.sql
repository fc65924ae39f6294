-- grain: one row per product on somebody's list by ratings, those on most lists first
-- keys: product_id
SELECT
    product_id,
    min(description) AS description,
    count(*) AS n_lists,
    avg(predicted_rating) AS mean_predicted_rating,
    min(n_ratings) AS n_ratings
FROM rating_predictions
GROUP BY product_id
ORDER BY n_lists DESC, product_id
LIMIT $n
