-- grain: one row: the currency that most rows of the source are in, null when none says
-- time: none; the currency of a shop does not depend on a cut-off
SELECT min(currency) AS currency
FROM (
    SELECT currency, n_rows, max(n_rows) OVER () AS most_rows
    FROM (SELECT currency, count(*) AS n_rows FROM raw_order_lines WHERE currency IS NOT NULL GROUP BY currency)
        AS counted
) AS ranked
WHERE n_rows = most_rows
