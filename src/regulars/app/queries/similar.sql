-- grain: one row per product and similar product, the first $n
-- keys: product_id, rank
-- time: orders before the cut-off of the release
-- parameters: search (part of a name, in small letters, or a code), n
SELECT product_id, product, rank, similar_product_id, similar_product, cosine, n_customers, n_similar_customers
FROM similar_products
WHERE lower(product_id) = $search OR contains(lower(coalesce(product, '')), $search)
ORDER BY n_customers DESC, product_id, rank
LIMIT $n
