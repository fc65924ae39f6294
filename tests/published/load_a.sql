-- grain: one row per line of UCI Online Retail, as it came
SELECT
    InvoiceNo AS invoice, StockCode AS product, CustomerID AS customer, Country AS country,
    CAST(Quantity AS BIGINT) AS quantity, CAST(UnitPrice AS DECIMAL(18, 4)) AS price,
    strptime(InvoiceDate, '%-m/%-d/%Y %-H:%M') AS sold_at
FROM read_csv($path, all_varchar = true, encoding = 'latin-1')
