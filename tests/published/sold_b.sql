-- grain: one row per line that counts as a sale by the rules of reference system B; nine days stand in it twice
SELECT customer, invoice, product, country, quantity, CAST(quantity * price AS DOUBLE) AS amount, sold_at
FROM b
WHERE customer IS NOT NULL AND quantity > 0 AND price > 0
