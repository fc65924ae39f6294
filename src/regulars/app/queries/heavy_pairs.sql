-- grain: one row per ordered pair of products or categories, the first $n by revenue at stake
-- keys: level, antecedent, consequent
-- time: baskets before the cut-off of the release
-- parameters: level, search (part of a name, in small letters, or a code; null for all), n
SELECT
    antecedent, consequent, antecedent_name, consequent_name, support_count, rule_confidence, rule_lift, rule_lift_damped, lift_same_size,
    n_customers, revenue, p_adjusted
FROM basket_rules
WHERE
    level = $level
    AND (
        $search IS NULL
        OR lower(antecedent) = $search
        OR contains(lower(coalesce(antecedent_name, antecedent)), $search)
    )
ORDER BY rule_lift_damped * ln(1 + support_count) DESC, antecedent, consequent
LIMIT $n
