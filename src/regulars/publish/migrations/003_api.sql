-- grain: the schema of state.sqlite, version 3 (SQLite's dialect)
-- time: instants are UTC, written as ISO 8601 text; ordered_at is on the shop's clock

ALTER TABLE api_keys ADD COLUMN last_used_at TEXT;

-- nothing has ever written to it: orders are kept whole, one row each, in live_orders
DROP TABLE live_order_lines;

-- one row per order taken in live; a row is never changed but for its intake, and never removed
CREATE TABLE live_orders (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL UNIQUE,
    customer_id TEXT,
    ordered_at TEXT NOT NULL,
    digest TEXT NOT NULL,     -- SHA-256 of what was sent: the same order sent again is told from another of its id
    lines TEXT NOT NULL,      -- JSON: one object per line, our columns to text
    received_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    intake INTEGER            -- the batch that a run took it in with; null: no run has begun with it yet
) STRICT;
CREATE INDEX live_orders_by_customer ON live_orders (customer_id, sequence);
CREATE INDEX live_orders_by_intake ON live_orders (intake, sequence);
