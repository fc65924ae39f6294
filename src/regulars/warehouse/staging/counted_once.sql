-- grain: one row per row of stg_told: whether it repeats another, or was replaced
-- keys: line_id
-- Within a batch a line counts as often as in the copy that has it most often; of equal copies the first with hours stays,
-- and what became of it (cancelled, refunded) is what any of them tells. Between batches the last telling of a version
-- wins; tellings that say the same as the last one repeat it.
WITH numbered AS (
    SELECT
        told.*,
        row_number() OVER (
            PARTITION BY order_id, identity_day, stamp, copy, customer_id, told_at, product_id,
                CASE WHEN product_id IS NULL THEN description END, quantity, unit_price, line_amount
            ORDER BY line_id
        ) AS nth
    FROM stg_told AS told
),
kept_in_batch AS (
    SELECT
        numbered.* REPLACE (
            CASE
                WHEN bool_or(status_meaning = 'cancelled') OVER same_line THEN 'cancelled'
                WHEN bool_or(status_meaning = 'refunded') OVER same_line THEN 'refunded'
                ELSE status_meaning
            END AS status_meaning,
            max(order_refund) OVER same_line AS order_refund
        ),
        coalesce(min(copy) FILTER (WHERE has_hour) OVER same_line, min(copy) OVER same_line) AS first_copy
    FROM numbered
    WINDOW same_line AS (
        PARTITION BY order_id, identity_day, stamp, batch_id, customer_id, told_at, product_id,
            CASE WHEN product_id IS NULL THEN description END, quantity, unit_price, line_amount, nth
    )
),
batches AS (
    SELECT
        order_id,
        identity_day,
        stamp,
        batch_id,
        count(*) AS n_lines,
        sum(CAST(hash(
            customer_id, told_at, product_id, CASE WHEN product_id IS NULL THEN description END, quantity,
            unit_price, line_amount, nth, status_meaning, order_discount, order_tax, order_shipping, order_refund
        ) AS HUGEINT)) AS content
    FROM kept_in_batch
    WHERE copy = first_copy
    GROUP BY order_id, identity_day, stamp, batch_id
),
last_batches AS (
    SELECT
        batches.*,
        max_by(n_lines, batch_id) OVER same_version AS last_n_lines,
        max_by(content, batch_id) OVER same_version AS last_content
    FROM batches
    WINDOW same_version AS (PARTITION BY order_id, identity_day, stamp)
),
changed AS (
    SELECT
        order_id,
        identity_day,
        stamp,
        max(batch_id) FILTER (WHERE n_lines <> last_n_lines OR content <> last_content) AS last_other_batch
    FROM last_batches
    GROUP BY order_id, identity_day, stamp
),
winners AS (
    SELECT
        batches.order_id,
        batches.identity_day,
        batches.stamp,
        min(batches.batch_id) AS batch_id
    FROM batches
    INNER JOIN changed
        ON changed.order_id = batches.order_id
        AND changed.identity_day IS NOT DISTINCT FROM batches.identity_day
        AND changed.stamp IS NOT DISTINCT FROM batches.stamp
    WHERE changed.last_other_batch IS NULL OR batches.batch_id > changed.last_other_batch
    GROUP BY batches.order_id, batches.identity_day, batches.stamp
),
settled AS (
    SELECT
        kept_in_batch.*,
        winners.batch_id AS winner,
        kept_in_batch.batch_id = winners.batch_id AND copy = first_copy AS is_kept
    FROM kept_in_batch
    INNER JOIN winners
        ON winners.order_id = kept_in_batch.order_id
        AND winners.identity_day IS NOT DISTINCT FROM kept_in_batch.identity_day
        AND winners.stamp IS NOT DISTINCT FROM kept_in_batch.stamp
)
SELECT
    settled.* EXCLUDE (nth, first_copy, winner, is_kept),
    CASE
        WHEN is_kept THEN NULL
        WHEN batch_id < winner THEN 'superseded'
        ELSE 'overlap'
    END AS repeat_reason,
    CASE WHEN batch_id < winner THEN min(CASE WHEN is_kept THEN load_id END) OVER (
        PARTITION BY order_id, identity_day, stamp
    ) END AS replaced_by,
    CASE WHEN NOT is_kept AND batch_id >= winner THEN min(CASE WHEN is_kept THEN line_id END) OVER (
        PARTITION BY order_id, identity_day, stamp, customer_id, told_at, product_id,
            CASE WHEN product_id IS NULL THEN description END, quantity, unit_price, line_amount, nth
    ) END AS repeats_line_id
FROM settled
