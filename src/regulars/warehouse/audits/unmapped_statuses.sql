-- grain: one row per word for the state of an order that nobody mapped
-- keys: status
-- parameters: statuses (a list of words in lower case)
SELECT
    lower(trim(status)) AS about,
    max(ordered_at) AS happened_at,
    CAST(sum(coalesce(amount, TRY_CAST(CAST(quantity AS DECIMAL(20, 4)) * unit_price AS DECIMAL(18, 4)), 0)) AS DECIMAL(18, 4)) AS money,
    count(*) AS n_rows,
    lower(trim(status)) AS status
FROM raw_order_lines
WHERE nullif(trim(status), '') IS NOT NULL
    AND NOT list_contains(CAST($statuses AS VARCHAR[]), lower(trim(status)))
GROUP BY lower(trim(status))
