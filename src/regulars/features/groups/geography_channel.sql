-- grain: one row per customer of the spine
-- keys: customer_id
-- time: ordered_at < $cutoff, what was known of the customer before it; cancelled orders left out
-- needs: customers, orders
WITH channel_counts AS (
    SELECT customer_id, channel, count(*) AS n
    FROM history_orders
    WHERE customer_id IS NOT NULL AND NOT is_cancelled AND channel IS NOT NULL
    GROUP BY customer_id, channel
),
channel_places AS (
    SELECT
        customer_id,
        channel,
        n,
        row_number() OVER (PARTITION BY customer_id ORDER BY n DESC, channel) AS place
    FROM channel_counts
),
channels AS (
    SELECT
        customer_id,
        max(CASE WHEN place = 1 THEN channel END) AS top_channel,
        CAST(max(n) AS DOUBLE) / sum(n) AS top_channel_share
    FROM channel_places
    GROUP BY customer_id
)
SELECT
    customers.customer_id,
    customers.country,
    customers.country = shop.home_country AS is_home_country,
    channels.top_channel,
    channels.top_channel_share
FROM history_customers AS customers
CROSS JOIN shop_statistics AS shop
LEFT JOIN channels ON channels.customer_id = customers.customer_id
