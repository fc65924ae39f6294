-- grain: the schema of state.sqlite, version 1 (SQLite's dialect)
-- time: instants are UTC, written as ISO 8601 text; those about the shop's events are on the shop's clock

-- one row per order line taken in live and not yet part of a release's files
CREATE TABLE live_order_lines (
    line_id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    customer_id TEXT,
    ordered_at TEXT NOT NULL,
    product_id TEXT,
    description TEXT,
    quantity TEXT NOT NULL,   -- exact decimals, as text
    amount TEXT NOT NULL,
    cells TEXT NOT NULL,      -- the line as it was sent, JSON
    idempotency_key TEXT,
    received_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE INDEX live_order_lines_by_customer ON live_order_lines (customer_id, ordered_at);
CREATE INDEX live_order_lines_by_key ON live_order_lines (idempotency_key) WHERE idempotency_key IS NOT NULL;

-- one row per key to the API; the key itself is nowhere
CREATE TABLE api_keys (
    key_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    revoked_at TEXT
) STRICT;

-- one row per campaign
CREATE TABLE campaigns (
    campaign TEXT PRIMARY KEY,
    release_id TEXT NOT NULL,
    seed INTEGER NOT NULL,
    design TEXT NOT NULL,     -- audience, arms, shares, assumptions, JSON
    started_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

-- one row per campaign and customer: drawn once, honored by every later release
CREATE TABLE campaign_arms (
    campaign TEXT NOT NULL REFERENCES campaigns (campaign),
    customer_id TEXT NOT NULL,
    arm TEXT NOT NULL,
    PRIMARY KEY (campaign, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_arms_by_customer ON campaign_arms (customer_id);

-- one row per time a customer was written to, or was to be
CREATE TABLE contacts (
    contact_id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL,
    campaign TEXT REFERENCES campaigns (campaign),
    channel TEXT,
    contacted_at TEXT NOT NULL
) STRICT;
CREATE INDEX contacts_by_customer ON contacts (customer_id, contacted_at);

-- one row per customer who is not to be written to
CREATE TABLE suppressions (
    customer_id TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    since TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT, WITHOUT ROWID;
