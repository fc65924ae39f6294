-- grain: one row per customer who fits, the first $n by revenue at risk
-- keys: customer_id
-- time: as of the release's cut-off
-- parameters: search (part of an id, name, address, country or attribute, in small letters; null for all), segment (null for all), risk_band (null for all), n
SELECT
    customers.customer_id,
    customers.name,
    customers.country,
    segments.segment,
    customers.last_ordered_at,
    customers.n_orders,
    customers.revenue_to_date,
    predictions.p_churn,
    predictions.risk_band,
    predictions.predicted_clv,
    predictions.revenue_at_risk
FROM customers
INNER JOIN predictions ON predictions.customer_id = customers.customer_id
LEFT JOIN segments ON segments.customer_id = customers.customer_id
WHERE
    ($segment IS NULL OR segments.segment = $segment)
    AND ($risk_band IS NULL OR predictions.risk_band = $risk_band)
    AND (
        $search IS NULL
        OR contains(lower(customers.customer_id), $search)
        OR contains(lower(coalesce(customers.name, '')), $search)
        OR contains(lower(coalesce(customers.email, '')), $search)
        OR lower(coalesce(customers.country, '')) = $search
        OR contains(lower(coalesce(CAST(customers.attributes AS VARCHAR), '')), $search)
    )
ORDER BY predictions.revenue_at_risk DESC NULLS LAST, customers.customer_id
LIMIT $n
