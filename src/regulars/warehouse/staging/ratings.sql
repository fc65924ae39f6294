-- grain: one row per row of raw_ratings: cleaned ids, and the reason why it is set aside, if it is
-- keys: load_id, part, row_number
-- time: rated_at; null means that the source does not tell
-- parameters: timezone, lowest_rating, highest_rating (null: the settings name no scale)
-- Of several rows of one customer, product and instant the last telling counts.
WITH cleaned AS (
    SELECT
        raw.load_id,
        raw.part,
        raw.row_number,
        loads.batch_id,
        CASE
            WHEN regexp_matches(trim(raw.customer_id), '^[0-9]+[.]0$') THEN replace(trim(raw.customer_id), '.0', '')
            ELSE nullif(trim(raw.customer_id), '')
        END AS customer_id,
        CASE
            WHEN regexp_matches(trim(raw.product_id), '^[0-9]+[.]0$') THEN replace(trim(raw.product_id), '.0', '')
            ELSE nullif(trim(raw.product_id), '')
        END AS product_id,
        raw.rating,
        raw.rated_at,
        timezone(CAST($timezone AS VARCHAR), timezone('UTC', loads.loaded_at)) AS loaded_at,
        tests.name IS NOT NULL AS is_test
    FROM raw_ratings AS raw
    INNER JOIN raw_loads AS loads ON loads.load_id = raw.load_id
    LEFT JOIN stg_test_customers AS tests ON tests.name = raw.customer_id
),
judged AS (
    SELECT
        cleaned.*,
        CASE
            WHEN rated_at > loaded_at THEN 'future'
            WHEN rated_at < TIMESTAMP '1990-01-01 00:00:00' THEN 'before_1990'
            WHEN is_test THEN 'test_customer'
            WHEN rating < CAST($lowest_rating AS DOUBLE) OR rating > CAST($highest_rating AS DOUBLE)
                THEN 'rating_out_of_scale'
        END AS reason
    FROM cleaned
),
placed AS (
    SELECT
        judged.*,
        row_number() OVER by_telling AS place,
        first_value(rating) OVER by_telling AS last_rating
    FROM judged
    WINDOW by_telling AS (
        PARTITION BY customer_id, product_id, rated_at, reason IS NULL
        ORDER BY batch_id DESC, load_id DESC, part DESC NULLS LAST, row_number DESC
    )
)
SELECT
    load_id,
    part,
    row_number,
    customer_id,
    product_id,
    rating,
    rated_at,
    loaded_at,
    CASE
        WHEN reason IS NOT NULL THEN reason
        WHEN place > 1 AND rating = last_rating THEN 'repeated_rating'
        WHEN place > 1 THEN 'replaced_rating'
    END AS reason
FROM placed
