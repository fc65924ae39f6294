-- grain: one row per customer who fits, the first $n in the chosen order
-- keys: customer_id
-- time: as of the release's cut-off
-- parameters: search (part of an id, name, address, country or attribute, in small letters; null for all), segment (null for all), n
SELECT
    customers.customer_id,
    customers.name,
    customers.country,
    segments.segment,
    customers.last_ordered_at,
    customers.n_orders,
    customers.revenue_to_date
FROM customers
LEFT JOIN segments ON segments.customer_id = customers.customer_id
WHERE
    ($segment IS NULL OR segments.segment = $segment)
    AND (
        $search IS NULL
        OR contains(lower(customers.customer_id), $search)
        OR contains(lower(coalesce(customers.name, '')), $search)
        OR contains(lower(coalesce(customers.email, '')), $search)
        OR lower(coalesce(customers.country, '')) = $search
        OR contains(lower(coalesce(CAST(customers.attributes AS VARCHAR), '')), $search)
    )
ORDER BY customers.revenue_to_date DESC, customers.customer_id
LIMIT $n
