-- grain: one row per word for nobody that stands in a source's customer ids
-- keys: customer_id
-- time: none
-- WooCommerce gives all guests the customer 0; a customer who is called 0 has one address at most.
SELECT customer_id
FROM landing_named
WHERE lower(trim(customer_id)) IN ('0', '0.0', '-1', 'guest', 'gast', 'anonymous')
GROUP BY customer_id
HAVING count(DISTINCT lower(nullif(trim(email), ''))) > 1
