-- grain: one row per customer, list and rank; empty, to be filled a batch of customers at a time
-- keys: customer_id, list, rank
-- time: none, it holds nothing yet
SELECT
    CAST(NULL AS VARCHAR) AS customer_id,
    CAST(NULL AS VARCHAR) AS list,
    CAST(NULL AS INTEGER) AS rank,
    CAST(NULL AS VARCHAR) AS product_id,
    CAST(NULL AS DOUBLE) AS score,
    CAST(NULL AS VARCHAR) AS first_id,
    CAST(NULL AS VARCHAR) AS second_id,
    CAST(NULL AS VARCHAR) AS scorer
WHERE FALSE
