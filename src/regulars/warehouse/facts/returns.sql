-- grain: one row per line returned, cancelled or refunded
-- keys: return_id, return_line
-- time: returned_at
WITH given_back AS (
    SELECT
        settled.told_order_id AS return_id,
        linked.order_id,
        coalesce(linked.link, 'none') AS link,
        settled.customer_id,
        settled.ordered_at AS returned_at,
        settled.product_id,
        settled.description,
        settled.line_kind,
        settled.counts_as_revenue,
        abs(settled.quantity) AS quantity,
        coalesce(unspread.taken_off, 0) - settled.line_amount AS amount,
        settled.load_id,
        settled.part,
        settled.row_number,
        TRUE AS is_row
    FROM stg_settled AS settled
    LEFT JOIN stg_sold_discounts AS discounts ON discounts.line_id = settled.line_id
    LEFT JOIN stg_linked_returns AS linked ON linked.line_id = settled.line_id
    LEFT JOIN stg_unspread AS unspread ON unspread.line_id = settled.line_id
    WHERE settled.side = 'return' AND discounts.line_id IS NULL
    UNION ALL
    SELECT
        settled.order_id AS return_id,
        settled.order_id,
        'stated' AS link,
        settled.customer_id,
        ended.returned_at,
        settled.product_id,
        settled.description,
        settled.line_kind,
        settled.counts_as_revenue,
        settled.quantity,
        settled.line_amount - coalesce(spread.taken_off, 0) - coalesce(unspread.taken_off, 0) AS amount,
        settled.load_id,
        settled.part,
        settled.row_number,
        FALSE AS is_row
    FROM stg_status_returns AS ended
    INNER JOIN stg_settled AS settled ON settled.line_id = ended.line_id
    LEFT JOIN stg_spread AS spread ON spread.line_id = settled.line_id
    LEFT JOIN stg_unspread AS unspread ON unspread.line_id = settled.line_id
    UNION ALL
    SELECT
        refunds.order_id AS return_id,
        refunds.order_id,
        'stated' AS link,
        refunds.customer_id,
        refunds.returned_at,
        CAST(NULL AS VARCHAR) AS product_id,
        CAST(NULL AS VARCHAR) AS description,
        'product' AS line_kind,
        TRUE AS counts_as_revenue,
        CAST(0 AS DECIMAL(18, 4)) AS quantity,
        refunds.amount,
        first_lines.load_id,
        first_lines.part,
        first_lines.row_number,
        FALSE AS is_row
    FROM stg_stated_refunds AS refunds
    INNER JOIN (
        SELECT order_id, version, min_by(load_id, line_id) AS load_id, min_by(part, line_id) AS part,
            min_by(row_number, line_id) AS row_number
        FROM stg_settled
        WHERE side = 'sale'
        GROUP BY order_id, version
    ) AS first_lines ON first_lines.order_id = refunds.order_id AND first_lines.version = refunds.version
)
SELECT
    return_id,
    CAST(row_number() OVER (
        PARTITION BY return_id ORDER BY is_row DESC, returned_at, load_id, part NULLS FIRST, row_number
    ) AS INTEGER) AS return_line,
    order_id,
    link,
    customer_id,
    returned_at,
    product_id,
    description,
    line_kind,
    counts_as_revenue,
    quantity,
    CAST(amount AS DECIMAL(18, 4)) AS amount,
    load_id,
    part,
    row_number,
    is_row
FROM given_back
