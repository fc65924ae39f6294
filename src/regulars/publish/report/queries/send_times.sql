-- grain: one row per whose orders the time to write to a customer comes from
SELECT send_from, count(*) AS n_customers
FROM rhythm_personas
WHERE send_from IS NOT NULL
GROUP BY send_from
ORDER BY send_from
