-- grain: one row per measure and bin, from the least to the greatest bin in use
-- keys: measure, bin
-- time: features and orders before the cut-off
-- needs: orders
-- Bins are half open, [low, high), and grow with the value so that long tails can be seen: 1-2-5 steps for money,
-- whole numbers first for orders, weeks and months for days. Bin 0 of money holds what is below 1.
WITH money_edges AS (
    SELECT CAST(digits.digit * power(10, powers.exponent) AS DOUBLE) AS low
    FROM (SELECT unnest([1, 2, 5]) AS digit) AS digits
    CROSS JOIN (SELECT unnest(generate_series(0, 9)) AS exponent) AS powers
),
edges AS (
    SELECT 'revenue_to_date' AS measure, low FROM money_edges
    UNION ALL
    SELECT 'order_value' AS measure, low FROM money_edges
    UNION ALL
    SELECT 'n_orders' AS measure, CAST(unnest([1, 2, 3, 4, 5, 6, 11, 21, 51, 101, 201, 501, 1001]) AS DOUBLE) AS low
    UNION ALL
    SELECT
        'days_since_last_order' AS measure,
        CAST(unnest([0, 7, 14, 30, 60, 90, 180, 270, 365, 545, 730, 1095, 1825]) AS DOUBLE) AS low
),
bins AS (
    SELECT
        measure,
        row_number() OVER (PARTITION BY measure ORDER BY low) AS bin,
        low,
        lead(low) OVER (PARTITION BY measure ORDER BY low) AS high
    FROM edges
    UNION ALL
    SELECT measure, 0 AS bin, CAST(NULL AS DOUBLE) AS low, min(low) AS high
    FROM edges
    GROUP BY measure
),
amounts AS (
    SELECT 'revenue_to_date' AS measure, CAST(revenue_to_date AS DOUBLE) AS amount, revenue_to_date AS money
    FROM features
    WHERE days_since_last_order IS NOT NULL
    UNION ALL
    SELECT 'n_orders' AS measure, CAST(n_orders AS DOUBLE) AS amount, revenue_to_date AS money
    FROM features
    WHERE days_since_last_order IS NOT NULL
    UNION ALL
    SELECT 'days_since_last_order' AS measure, CAST(days_since_last_order AS DOUBLE) AS amount, revenue_to_date AS money
    FROM features
    WHERE days_since_last_order IS NOT NULL
    UNION ALL
    SELECT 'order_value' AS measure, CAST(revenue AS DOUBLE) AS amount, CAST(revenue AS DOUBLE) AS money
    FROM history_orders
    WHERE NOT is_cancelled
),
counted AS (
    SELECT
        bins.measure,
        bins.bin,
        bins.low,
        bins.high,
        count(amounts.amount) AS n,
        coalesce(sum(CAST(amounts.money AS DECIMAL(18, 4))), 0) AS revenue
    FROM bins
    LEFT JOIN amounts
        ON amounts.measure = bins.measure
        AND (bins.low IS NULL OR amounts.amount >= bins.low)
        AND (bins.high IS NULL OR amounts.amount < bins.high)
    GROUP BY bins.measure, bins.bin, bins.low, bins.high
),
in_use AS (
    SELECT measure, min(bin) AS first_bin, max(bin) AS last_bin FROM counted WHERE n > 0 GROUP BY measure
)
SELECT
    counted.measure,
    CAST(counted.bin AS INTEGER) AS bin,
    counted.low,
    counted.high,
    counted.n,
    CAST(counted.n AS DOUBLE) / CAST(sum(counted.n) OVER (PARTITION BY counted.measure) AS DOUBLE) AS share,
    CAST(counted.revenue AS DECIMAL(18, 4)) AS revenue
FROM counted
INNER JOIN in_use
    ON in_use.measure = counted.measure AND counted.bin BETWEEN in_use.first_bin AND in_use.last_bin
ORDER BY counted.measure, counted.bin
