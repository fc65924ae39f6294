-- grain: one row per product and rank, the nearest first
-- keys: product_id, rank
-- time: what was bought before the cut-off
-- parameters: n_similar
WITH near AS (
    SELECT
        neighbors.product_id,
        neighbors.neighbor_id,
        neighbors.cosine,
        row_number() OVER (PARTITION BY neighbors.product_id ORDER BY neighbors.rank) AS place
    FROM product_neighbors AS neighbors
    INNER JOIN product_demand AS demand ON demand.product_id = neighbors.neighbor_id
    WHERE demand.is_recommended
)
SELECT
    near.product_id,
    CAST(near.place AS INTEGER) AS rank,
    near.neighbor_id AS similar_product_id,
    coalesce(mine.product, near.product_id) AS product,
    coalesce(theirs.product, near.neighbor_id) AS similar_product,
    near.cosine,
    mine.n_customers,
    theirs.n_customers AS n_similar_customers
FROM near
INNER JOIN product_demand AS mine ON mine.product_id = near.product_id
INNER JOIN product_demand AS theirs ON theirs.product_id = near.neighbor_id
WHERE near.place <= CAST($n_similar AS INTEGER)
