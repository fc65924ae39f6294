-- grain: one row: every figure of reference system B that needs no prediction, by its own definitions;
-- `once` counts the nine days that both sheets hold a single time
WITH sold AS (
    SELECT *, quantity * price AS amount FROM b WHERE customer IS NOT NULL AND quantity > 0 AND price > 0
),
second_sheet AS (
    SELECT min(line) AS line
    FROM (SELECT line, sold_at, lag(sold_at) OVER (ORDER BY line) AS previous FROM b)
    WHERE sold_at < previous - INTERVAL 1 DAY
),
numbered AS (
    SELECT
        b.*,
        row_number() OVER (
            PARTITION BY invoice, product, description, customer, country, quantity, price, sold_at, b.line >= second_sheet.line
            ORDER BY b.line
        ) AS copy
    FROM b, second_sheet
),
once AS (
    SELECT *, quantity * price AS amount
    FROM (
        SELECT
            *,
            row_number() OVER (
                PARTITION BY invoice, product, description, customer, country, quantity, price, sold_at, copy ORDER BY line
            ) AS sheet
        FROM numbered
    )
    WHERE sheet = 1
),
sold_once AS (SELECT * FROM once WHERE customer IS NOT NULL AND quantity > 0 AND price > 0),
invoices AS (
    SELECT
        bool_or(upper(description) LIKE '%SIGN%') AS sign_letters,
        bool_or(upper(description) LIKE '%BAG%') AS bag_letters,
        bool_or(regexp_matches(upper(description), '\bSIGNS?\b')) AS sign_word,
        bool_or(regexp_matches(upper(description), '\bBAGS?\b')) AS bag_word
    FROM sold
    GROUP BY invoice
),
weekdays AS (
    SELECT isodow(sold_at) <= 4 AS mon_to_thu, hour(sold_at) BETWEEN 10 AND 15 AS ten_to_fifteen, amount FROM sold
)
SELECT
    (SELECT count(DISTINCT customer) FROM sold) AS customers,
    (SELECT sum(amount) FROM sold) AS revenue,
    (SELECT sum(amount) FROM sold_once) AS revenue_once,
    (SELECT count(*) FROM b) - (SELECT count(*) FROM once) AS overlap_lines,
    (SELECT sum(quantity * price) FROM once) AS everything_once,
    (SELECT count(*) FROM (SELECT customer FROM sold GROUP BY customer HAVING count(DISTINCT invoice) = 1)) AS single,
    (SELECT sum(amount) FILTER (mon_to_thu AND ten_to_fifteen) / sum(amount) FROM weekdays) AS joint_share,
    (SELECT sum(amount) FILTER (mon_to_thu) / sum(amount) FROM weekdays) AS weekday_share,
    (SELECT sum(amount) FILTER (ten_to_fifteen) / sum(amount) FROM weekdays) AS hour_share,
    (SELECT sum(quantity * price) FILTER (country = 'United Kingdom') / sum(quantity * price)
     FROM b WHERE quantity > 0 AND price > 0) AS uk_share_all,
    (SELECT sum(amount) FILTER (country = 'United Kingdom') / sum(amount) FROM sold) AS uk_share_identified,
    (SELECT count(*) FILTER (customer IS NULL) / count(*) FROM b) AS missing_share,
    (SELECT sum(amount) FILTER (NOT regexp_matches(upper(description), '\bSIGNS?\b')) / sum(amount)
     FROM sold WHERE upper(description) LIKE '%SIGN%') AS sign_inside_words_share,
    (SELECT count(*) FILTER (sign_letters AND bag_letters) FROM invoices) AS sign_bag_by_letters,
    (SELECT count(*) FILTER (sign_word AND bag_word) FROM invoices) AS sign_bag_by_words
