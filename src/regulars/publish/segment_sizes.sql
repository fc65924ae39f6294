-- grain: one row per RFM segment, those without customers included
-- keys: segment
-- time: as of the release's cut-off
SELECT
    coalesce(counted.segment, named.segment) AS segment,
    coalesce(counted.n_customers, 0) AS n_customers,
    coalesce(counted.revenue_to_date, 0) AS revenue_to_date,
    named.action
FROM (
    SELECT segments.segment, count(*) AS n_customers, sum(customers.revenue_to_date) AS revenue_to_date
    FROM segments
    INNER JOIN customers ON customers.customer_id = segments.customer_id
    GROUP BY segments.segment
) AS counted
FULL OUTER JOIN (
    SELECT segment, action
    FROM segment_profiles
    WHERE segmentation = 'segment'
) AS named ON named.segment = counted.segment
ORDER BY revenue_to_date DESC, segment
