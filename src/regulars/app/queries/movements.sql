-- grain: one row per pair of segments between which customers moved, or in which they stayed, since the previous release
-- keys: segment_from, segment_to
-- time: the cut-offs of both releases
SELECT segment_from, segment_to, direction, n_customers, revenue_before, revenue_now, revenue_change, previous_cutoff, previous_release
FROM movements
ORDER BY n_customers DESC, segment_from, segment_to
