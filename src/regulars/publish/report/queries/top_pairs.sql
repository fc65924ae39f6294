-- grain: one row per pair of products that is together more often than by chance, the strongest first
-- keys: antecedent, consequent
-- time: as of the release's cut-off
-- parameters: most
-- Of the two rules of a pair, the one that holds more often.
SELECT
    antecedent, consequent, antecedent_name, consequent_name, support_count, rule_confidence,
    rule_lift, rule_lift_damped, lift_same_size, p_adjusted, revenue, n_customers
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY least(antecedent, consequent), greatest(antecedent, consequent)
            ORDER BY rule_confidence DESC, antecedent
        ) AS place
    FROM basket_rules
    WHERE level = 'product' AND p_adjusted <= 0.05 AND rule_lift > 1
) AS rules
WHERE place = 1
ORDER BY rule_lift_damped DESC, support_count DESC, antecedent, consequent
LIMIT $most
