-- grain: one row per line of UCI Online Retail II, as it came; both sheets stacked
SELECT
    row_number() OVER () AS line,
    Invoice AS invoice, StockCode AS product, Description AS description, "Customer ID" AS customer, Country AS country,
    CAST(Quantity AS BIGINT) AS quantity, CAST(Price AS DECIMAL(18, 4)) AS price, CAST(InvoiceDate AS TIMESTAMP) AS sold_at
FROM read_csv($path, all_varchar = true)
