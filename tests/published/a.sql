-- grain: one row: every figure of reference system A that needs no prediction, by its own definitions
WITH sold AS (SELECT *, quantity * price AS amount FROM a WHERE quantity > 0),
net AS (SELECT customer, sum(quantity * price) AS amount FROM a GROUP BY customer),
last_stamp AS (SELECT max(sold_at) AS sold_at FROM sold),
customers AS (
    SELECT customer, max(sold_at) AS last_at, sum(amount) AS amount, count(DISTINCT invoice) AS orders
    FROM sold
    WHERE customer IS NOT NULL
    GROUP BY customer
),
at_risk AS (SELECT customers.* FROM customers, last_stamp WHERE last_at < last_stamp.sold_at - INTERVAL 60 DAY),
biggest AS (SELECT * FROM customers ORDER BY amount DESC LIMIT 20)
SELECT
    (SELECT sum(amount) FROM sold) AS revenue,
    (SELECT sum(quantity * price) FROM a) AS revenue_net,
    (SELECT sum(amount) FROM sold WHERE customer IS NULL) AS untracked,
    (SELECT sum(amount) FILTER (customer IS NULL) / sum(amount) FROM sold) AS untracked_share,
    (SELECT count(*) FILTER (customer IS NULL) / count(*) FROM sold) AS untracked_lines_share,
    (SELECT sum(amount) FILTER (customer IS NULL) / sum(amount) FROM sold WHERE sold_at >= '2010-12-01' AND sold_at < '2011-01-01')
        AS untracked_share_december,
    (SELECT count(*) FROM customers) AS customers,
    (SELECT count(DISTINCT product) FROM sold WHERE customer IS NOT NULL) AS products,
    (SELECT count(DISTINCT customer) FROM sold WHERE price > 0) AS customers_with_price,
    (SELECT count(*) FROM at_risk) AS at_risk_customers,
    (SELECT sum(amount) FROM at_risk) AS at_risk_revenue,
    (SELECT corr(orders, amount) FROM biggest) AS correlation_biggest,
    (SELECT corr(orders, amount) FROM customers) AS correlation,
    (SELECT map(list(customer), list(amount)) FROM customers WHERE customer IN ('12346', '15749', '15098')) AS gross,
    (SELECT map(list(customer), list(amount)) FROM net WHERE customer IN ('12346', '15749', '15098')) AS net,
    (SELECT list(customer ORDER BY amount DESC) FROM (SELECT * FROM at_risk ORDER BY amount DESC LIMIT 5)) AS top_five
