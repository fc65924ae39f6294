-- grain: one row per timing persona, the biggest first; those without one last
SELECT
    personas.timing_persona AS persona,
    count(*) AS n_customers,
    CAST(count(*) AS DOUBLE) / sum(count(*)) OVER () AS customer_share,
    CAST(sum(personas.n_orders_known) AS BIGINT) AS n_orders,
    CAST(sum(personas.n_orders_inside) AS DOUBLE)
    / nullif(CAST(sum(personas.n_orders_known) AS DOUBLE), 0) AS inside_share,
    sum(customers.revenue_to_date) AS revenue,
    CAST(sum(customers.revenue_to_date) AS DOUBLE)
    / nullif(CAST(sum(sum(customers.revenue_to_date)) OVER () AS DOUBLE), 0) AS revenue_share
FROM rhythm_personas AS personas
INNER JOIN customers ON customers.customer_id = personas.customer_id
WHERE customers.is_buyer
GROUP BY personas.timing_persona
ORDER BY personas.timing_persona IN ('no_clear_rhythm', 'too_few_orders'), n_customers DESC, persona
