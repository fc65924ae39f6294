-- grain: one row per code on order lines that is not to be recommended
-- keys: product_id
-- time: sold and returned before $cutoff
-- parameters: cutoff, last_observed_day, quiet_after_gaps, quiet_days, returned_share
-- needs: order_lines, returns, products
-- A product is quiet when it has not been sold for so many times the gap that nine of ten of its gaps between selling
-- days were shorter than; one with five selling days or fewer, after half a year (six times quiet_days). A quiet one that
-- was sold in the coming weeks a year ago, and on most of its selling days in the two months around them, is kept: its
-- season is near.
WITH days AS (
    SELECT
        product_id,
        CAST(ordered_at AS DATE) AS sold_on,
        count(*) FILTER (WHERE line_kind = 'product') AS n_sales,
        min(line_kind) AS line_kind
    FROM history_order_lines
    WHERE product_id IS NOT NULL AND quantity > 0 AND NOT is_cancelled
    GROUP BY product_id, CAST(ordered_at AS DATE)
),
kinds AS (
    SELECT product_id, min(line_kind) AS line_kind, max(sold_on) AS last_sold_on
    FROM days
    GROUP BY product_id
    HAVING sum(n_sales) = 0
),
selling_days AS (
    SELECT
        product_id,
        sold_on,
        n_sales,
        date_diff('day', lag(sold_on) OVER (PARTITION BY product_id ORDER BY sold_on), sold_on) AS gap_days
    FROM days
    WHERE n_sales > 0
),
rhythm AS (
    SELECT
        product_id,
        sum(n_sales) AS n_sales,
        count(*) AS n_selling_days,
        min(sold_on) AS first_sold_on,
        max(sold_on) AS last_sold_on,
        quantile_disc(gap_days, 0.9) AS usual_gap_days,
        max(gap_days) AS longest_gap_days,
        date_diff('day', max(sold_on), CAST($last_observed_day AS DATE)) AS days_since_last_sale,
        bool_or(
            sold_on > CAST($last_observed_day AS DATE) - 365
            AND sold_on <= CAST($last_observed_day AS DATE) - 365 + CAST($quiet_days AS INTEGER)
        ) AND count(*) FILTER (WHERE least(days_of_year, 365 - days_of_year) <= 60) >= 0.5 * count(*) AS is_season_near
    FROM (
        SELECT
            *,
            date_diff('day', sold_on, CAST($last_observed_day AS DATE) + CAST(floor(CAST($quiet_days AS DOUBLE) / 2) AS INTEGER)) % 365 AS days_of_year
        FROM selling_days
    ) AS placed
    GROUP BY product_id
),
given_back AS (
    SELECT returns.product_id, count(*) AS n_returns
    FROM history_returns AS returns
    LEFT JOIN history_orders AS orders ON orders.order_id = returns.order_id
    WHERE returns.product_id IS NOT NULL AND NOT coalesce(orders.is_cancelled, FALSE)
    GROUP BY returns.product_id
),
judged AS (
    SELECT
        rhythm.*,
        coalesce(given_back.n_returns, 0) AS n_returns,
        days_since_last_sale > greatest(
            CAST($quiet_days AS DOUBLE),
            CASE WHEN n_selling_days > 5 THEN CAST($quiet_after_gaps AS DOUBLE) * usual_gap_days ELSE 6.0 * CAST($quiet_days AS DOUBLE) END
        ) AND NOT is_season_near AS is_quiet
    FROM rhythm
    LEFT JOIN given_back ON given_back.product_id = rhythm.product_id
),
named AS (
    SELECT
        *,
        CASE
            WHEN n_returns >= 3 AND n_returns >= CAST($returned_share AS DOUBLE) * n_sales THEN 'mostly_returned'
            WHEN is_quiet AND days_since_last_sale < 365 AND longest_gap_days >= CAST($quiet_days AS INTEGER)
                AND longest_gap_days >= days_since_last_sale / 2.0 AND date_diff('day', first_sold_on, last_sold_on) >= 270
                THEN 'out_of_season'
            WHEN is_quiet THEN 'discontinued'
        END AS reason
    FROM judged
)
SELECT
    product_id,
    CAST(NULL AS VARCHAR) AS product,
    'not_a_product' AS reason,
    'its lines are of the kind ' || line_kind || ', not products' AS sentence,
    last_sold_on
FROM kinds
UNION ALL
SELECT
    named.product_id,
    products.description AS product,
    named.reason,
    CASE named.reason
        WHEN 'mostly_returned' THEN named.n_returns || ' returns against ' || named.n_sales
            || CASE named.n_sales WHEN 1 THEN ' sale' ELSE ' sales' END
        WHEN 'out_of_season' THEN 'last sold ' || named.days_since_last_sale || ' days ago, and it has come back after '
            || named.longest_gap_days || ' days without a sale before'
        ELSE 'last sold ' || named.days_since_last_sale || ' days ago' || CASE
            WHEN named.n_selling_days > 5
                THEN ', after selling at least every ' || named.usual_gap_days || ' days most of the time'
            WHEN named.n_selling_days = 1 THEN ', and on no other day'
            ELSE ', and on ' || named.n_selling_days || ' days in all'
        END
    END AS sentence,
    named.last_sold_on
FROM named
LEFT JOIN history_products AS products ON products.product_id = named.product_id
WHERE named.reason IS NOT NULL
