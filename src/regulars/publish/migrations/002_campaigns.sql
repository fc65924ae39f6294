-- grain: the schema of state.sqlite, version 2 (SQLite's dialect)
-- time: as in version 1; send_at is on the shop's clock

-- a member's row is kept whole, so that every later release shows it as it was drawn
ALTER TABLE campaign_arms ADD COLUMN stratum TEXT;
ALTER TABLE campaign_arms ADD COLUMN expected_value REAL;
ALTER TABLE campaign_arms ADD COLUMN reason TEXT;
ALTER TABLE campaign_arms ADD COLUMN send_at TEXT;
ALTER TABLE campaign_arms ADD COLUMN products TEXT;
ALTER TABLE campaign_arms ADD COLUMN product_names TEXT;

-- a contact that is told twice is one
CREATE UNIQUE INDEX contacts_once ON contacts (customer_id, contacted_at, coalesce(campaign, ''));
