-- grain: one row per line that counts as a sale by the rules of reference system A
SELECT customer, invoice, product, country, quantity, CAST(quantity * price AS DOUBLE) AS amount, sold_at
FROM a
WHERE customer IS NOT NULL AND quantity > 0
