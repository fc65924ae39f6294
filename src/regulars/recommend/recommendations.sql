-- grain: one row per customer, list and rank
-- keys: customer_id, list, rank
-- time: what was bought before $cutoff
-- parameters: cutoff, recent_days
WITH names AS (
    SELECT product_id, coalesce(product, product_id) AS product, n_recent_customers, n_customers FROM recommend_demand
),
known AS (
    SELECT DISTINCT customer_id FROM recommend_interactions
),
picked AS (
    SELECT
        picks.*,
        names.product,
        names.n_recent_customers,
        names.n_customers,
        first_names.product AS first_product,
        second_names.product AS second_product,
        bought.n_orders,
        CAST(floor(bought.days_since_last) AS BIGINT) AS days_ago,
        date_diff('day', CAST(bought.first_bought_at AS DATE), CAST(bought.last_bought_at AS DATE)) AS span_days,
        known.customer_id IS NULL AS is_cold_start
    FROM recommend_picks AS picks
    INNER JOIN names ON names.product_id = picks.product_id
    LEFT JOIN names AS first_names ON first_names.product_id = picks.first_id
    LEFT JOIN names AS second_names ON second_names.product_id = picks.second_id
    LEFT JOIN recommend_interactions AS bought
        ON bought.customer_id = picks.customer_id AND bought.product_id = picks.product_id
    LEFT JOIN known ON known.customer_id = picks.customer_id
)
SELECT
    customer_id,
    list,
    CAST(rank AS INTEGER) AS rank,
    product_id,
    score,
    CASE
        WHEN list = 'buy_again' THEN
            CASE n_orders WHEN 1 THEN 'bought once' WHEN 2 THEN 'bought twice' ELSE 'bought ' || n_orders || ' times' END
            || CASE
                WHEN n_orders > 1 AND span_days > 0
                    THEN ', about every ' || CASE
                        WHEN round(span_days / (n_orders - 1.0)) <= 1 THEN 'day'
                        ELSE CAST(CAST(round(span_days / (n_orders - 1.0)) AS BIGINT) AS VARCHAR) || ' days'
                    END
                ELSE ''
            END
            || CASE WHEN n_orders > 1 THEN ', last ' ELSE ', ' END
            || CASE days_ago WHEN 0 THEN 'within a day' WHEN 1 THEN 'a day ago' ELSE days_ago || ' days ago' END
        WHEN first_product IS NOT NULL THEN
            'often bought by people who bought ' || first_product || coalesce(' and ' || second_product, '')
        WHEN n_recent_customers > 0 THEN
            CASE WHEN is_cold_start THEN 'nothing is known of what they like; ' ELSE '' END
            || 'popular now: ' || n_recent_customers || CASE n_recent_customers WHEN 1 THEN ' customer' ELSE ' customers' END
            || ' bought it in the last ' || CAST($recent_days AS INTEGER) || ' days'
        ELSE
            CASE WHEN is_cold_start THEN 'nothing is known of what they like; ' ELSE '' END
            || 'popular: ' || n_customers || CASE n_customers WHEN 1 THEN ' customer' ELSE ' customers' END || ' bought it'
    END AS reason,
    product,
    scorer,
    is_cold_start
FROM picked
