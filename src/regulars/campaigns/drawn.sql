-- grain: one row per campaign and customer who is in it
-- keys: campaign, customer_id
-- time: timeless: a draw is a hash of seed, campaign and customer
-- parameters: seed, budget (of all campaigns together; null for no limit)
-- Within each stratum customers stand in the order of their draws, and each arm gets its share of the places, to within
-- one customer; which way a broken share is rounded is drawn as well. What a broken share costs above a budget is
-- given back at the end with the lowest return, from all arms alike.
WITH draws AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY campaign, stratum
            ORDER BY md5(CAST($seed AS VARCHAR) || ':' || campaign || ':' || customer_id), customer_id
        ) - 1 AS draw,
        count(*) OVER (PARTITION BY campaign, stratum) AS n_stratum,
        CAST(CAST('0x' || left(md5(CAST($seed AS VARCHAR) || ':' || campaign || '::' || stratum), 7) AS BIGINT) AS DOUBLE) / 268435456 AS broken
    FROM campaign_chosen
    WHERE left_out IS NULL
),
armed AS (
    SELECT
        draws.*,
        arms.arm,
        CAST(CASE WHEN arms.arm = 'control' THEN 0 ELSE draws.cost END AS DECIMAL(18, 4)) AS arm_cost
    FROM draws
    INNER JOIN campaign_arm_shares AS arms
        ON arms.campaign = draws.campaign
        AND draws.draw >= floor(draws.n_stratum * arms.from_share + draws.broken)
        AND draws.draw < floor(draws.n_stratum * arms.to_share + draws.broken)
),
paid AS (
    SELECT
        *,
        sum(arm_cost) OVER (
            PARTITION BY campaign
            ORDER BY expected_return DESC NULLS FIRST, expected_value DESC, customer_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS campaign_cost,
        sum(arm_cost) OVER (
            ORDER BY expected_return DESC NULLS FIRST, expected_value DESC, customer_id, campaign
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS cost_of_all
    FROM armed
)
SELECT
    * EXCLUDE (campaign_cost, cost_of_all),
    coalesce(campaign_cost <= budget, TRUE) AND coalesce(cost_of_all <= CAST($budget AS DOUBLE), TRUE) AS is_paid
FROM paid
