-- grain: one row: of how many customers the shop knows whether they may be written to
-- time: as of the release's cut-off
SELECT count(consent) AS n_known, count(*) AS n_customers FROM customers
