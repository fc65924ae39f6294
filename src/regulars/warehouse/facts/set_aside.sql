-- grain: one row per row of a source that was set aside
-- keys: load_id, part, row_number, reason
SELECT
    loads.source,
    raw.load_id,
    raw.part,
    raw.row_number,
    settled.reason,
    CASE
        WHEN kept.line_id IS NOT NULL THEN 'repeats row ' || CAST(kept.row_number AS VARCHAR) || ' of '
            || kept_loads.source || coalesce(', ' || kept.part, '')
        WHEN replacing.load_id IS NOT NULL THEN 'replaced by ' || replacing.source
        WHEN settled.reason IN ('future', 'before_1990') THEN CAST(raw.ordered_at AS VARCHAR)
        WHEN settled.reason = 'not_an_order' THEN raw.status
        WHEN settled.reason = 'test_customer' THEN coalesce(raw.customer_id, raw.email)
        WHEN settled.reason = 'adjustment' THEN coalesce(raw.description, raw.product_id)
    END AS detail,
    CAST(settled.line_amount - coalesce(unspread.taken_off, 0) AS DECIMAL(18, 4)) AS amount,
    raw.order_id,
    raw.customer_id,
    raw.ordered_at,
    raw.product_id,
    raw.description,
    raw.quantity,
    raw.unit_price,
    CAST(NULL AS JSON) AS cells
FROM stg_settled AS settled
INNER JOIN raw_order_lines AS raw
    ON raw.load_id = settled.load_id
    AND raw.part IS NOT DISTINCT FROM settled.part
    AND raw.row_number = settled.row_number
INNER JOIN raw_loads AS loads ON loads.load_id = settled.load_id
LEFT JOIN stg_unspread AS unspread ON unspread.line_id = settled.line_id
LEFT JOIN stg_lines AS kept ON kept.line_id = settled.repeats_line_id
LEFT JOIN raw_loads AS replacing ON replacing.load_id = settled.replaced_by
LEFT JOIN raw_loads AS kept_loads ON kept_loads.load_id = kept.load_id
WHERE settled.reason IS NOT NULL
UNION ALL
SELECT
    loads.source,
    ratings.load_id,
    ratings.part,
    ratings.row_number,
    ratings.reason,
    CASE
        WHEN ratings.reason IN ('future', 'before_1990') THEN CAST(ratings.rated_at AS VARCHAR)
        WHEN ratings.reason = 'test_customer' THEN ratings.customer_id
        ELSE 'rating: ' || CAST(ratings.rating AS VARCHAR)
    END AS detail,
    CAST(NULL AS DECIMAL(18, 4)) AS amount,
    CAST(NULL AS VARCHAR) AS order_id,
    ratings.customer_id,
    CAST(NULL AS TIMESTAMP) AS ordered_at,
    ratings.product_id,
    CAST(NULL AS VARCHAR) AS description,
    CAST(NULL AS DECIMAL(18, 4)) AS quantity,
    CAST(NULL AS DECIMAL(18, 4)) AS unit_price,
    CAST(NULL AS JSON) AS cells
FROM stg_ratings AS ratings
INNER JOIN raw_loads AS loads ON loads.load_id = ratings.load_id
WHERE ratings.reason IS NOT NULL
UNION ALL
SELECT
    loads.source,
    rejects.load_id,
    rejects.part,
    rejects.row_number,
    rejects.reason,
    rejects.detail,
    CAST(NULL AS DECIMAL(18, 4)) AS amount,
    CAST(NULL AS VARCHAR) AS order_id,
    CAST(NULL AS VARCHAR) AS customer_id,
    CAST(NULL AS TIMESTAMP) AS ordered_at,
    CAST(NULL AS VARCHAR) AS product_id,
    CAST(NULL AS VARCHAR) AS description,
    CAST(NULL AS DECIMAL(18, 4)) AS quantity,
    CAST(NULL AS DECIMAL(18, 4)) AS unit_price,
    rejects.cells
FROM raw_rejects AS rejects
INNER JOIN raw_loads AS loads ON loads.load_id = rejects.load_id
