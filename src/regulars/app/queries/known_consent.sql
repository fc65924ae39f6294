-- grain: one row: of how many customers the consent is known
-- keys: none
-- time: as of the release's cut-off
SELECT count(consent) AS n_known FROM customers
