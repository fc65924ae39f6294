-- grain: one row: what a customer is compared with
-- keys: cutoff
-- time: everything before the cut-off
SELECT shop_statistics.*, shop_scores.*
FROM shop_statistics
CROSS JOIN shop_scores
