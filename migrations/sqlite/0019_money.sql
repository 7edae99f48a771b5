-- What a store counts as revenue: JSON. None: the default. Its version counts up with every change.
ALTER TABLE shops ADD COLUMN money_settings TEXT;
ALTER TABLE shops ADD COLUMN money_settings_version BIGINT NOT NULL DEFAULT 0;

-- By which of those versions an order's amounts were worked out; what is behind is worked out anew. And whether something should have been left out of them that
-- the platform doesn't tell.
ALTER TABLE orders ADD COLUMN basis_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN untold BOOLEAN NOT NULL DEFAULT FALSE;
-- What stayed of the payment, whatever a store counts as revenue: who has bought is not asked of revenue.
ALTER TABLE orders ADD COLUMN kept_minor BIGINT NOT NULL DEFAULT 0;
UPDATE orders SET kept_minor = net_minor;
CREATE INDEX orders_by_basis ON orders (shop_id, basis_version);

-- Comparisons of orders with the platform's books: asked for, worked out by whoever has the lease, kept. They name orders, no shopper.
CREATE TABLE reconciliations (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,
    state TEXT NOT NULL,                 -- waiting, running, done, failed
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by TEXT NOT NULL,              -- a person's or program's name in the audit; night
    night TEXT,                          -- of the nightly one: the day, so that there is one a night
    lease_by TEXT,
    lease_until BIGINT,
    ended_at BIGINT,
    result TEXT,                         -- JSON
    problem TEXT,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX reconciliations_by_night ON reconciliations (shop_id, night);
CREATE INDEX reconciliations_by_time ON reconciliations (shop_id, asked_at);
CREATE INDEX reconciliations_open ON reconciliations (asked_at) WHERE state IN ('waiting', 'running');
