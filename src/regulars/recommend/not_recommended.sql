-- grain: one row per code on order lines that is not to be recommended
-- keys: product_id
-- time: sold and returned before $cutoff
-- parameters: cutoff, last_observed_day, quiet_after_gaps, quiet_days, returned_share
-- needs: order_lines, returns, products
-- A product is quiet when it has not been sold for so many times the gap that nine of ten of its gaps between selling
WITH sold AS (
    SELECT product_id, line_kind, CAST(ordered_at AS DATE) AS sold_on, order_id
    FROM history_order_lines
    WHERE product_id IS NOT NULL AND quantity > 0 AND NOT is_cancelled
),
kinds AS (
    SELECT product_id, min(line_kind) AS line_kind, max(sold_on) AS last_sold_on
    FROM sold
    GROUP BY product_id
    HAVING bool_and(line_kind <> 'product')
),
selling_days AS (
    SELECT
        product_id,
        sold_on,
        date_diff('day', lag(sold_on) OVER (PARTITION BY product_id ORDER BY sold_on), sold_on) AS gap_days
    FROM (SELECT DISTINCT product_id, sold_on FROM sold WHERE line_kind = 'product')
),
rhythm AS (
    SELECT
        product_id,
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
            date_diff('day', sold_on, CAST($last_observed_day AS DATE) + CAST($quiet_days / 2 AS INTEGER)) % 365 AS days_of_year
        FROM selling_days
    ) AS placed
    GROUP BY product_id
),
sales AS (
    SELECT product_id, count(DISTINCT order_id) AS n_sales
    FROM sold
    WHERE line_kind = 'product'
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
        sales.n_sales,
        coalesce(given_back.n_returns, 0) AS n_returns,
        days_since_last_sale > greatest(
            CAST($quiet_days AS DOUBLE), CAST($quiet_after_gaps AS DOUBLE) * coalesce(usual_gap_days, 0)
        ) AND NOT is_season_near AS is_quiet
    FROM rhythm
    INNER JOIN sales ON sales.product_id = rhythm.product_id
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
        WHEN 'mostly_returned' THEN named.n_returns || ' returns against ' || named.n_sales || ' sales'
        WHEN 'out_of_season' THEN 'last sold ' || named.days_since_last_sale || ' days ago, and it has come back after '
            || named.longest_gap_days || ' days without a sale before'
        ELSE 'last sold ' || named.days_since_last_sale || ' days ago'
            || coalesce(', after selling at least every ' || named.usual_gap_days || ' days most of the time', '')
    END AS sentence,
    named.last_sold_on
FROM named
LEFT JOIN history_products AS products ON products.product_id = named.product_id
WHERE named.reason IS NOT NULL
