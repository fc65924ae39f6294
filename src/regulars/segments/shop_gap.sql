-- grain: one row
-- time: purchase days before the cut-off
-- needs: purchase_days
-- Null when nobody bought on two days.
SELECT CAST(median(gap_days) AS DOUBLE) AS shop_gap_days FROM history_purchase_days
