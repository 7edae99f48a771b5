-- What reports read: a fact per cart and per buyer, worked out from everything else, and their sums, kept as facts change. All of it can be thrown away and
-- is then worked out anew.

-- What one cart counts for. Names nobody.
CREATE TABLE report_carts (
    shop_id UUID NOT NULL,
    cart_id UUID NOT NULL,
    day BIGINT NOT NULL,                 -- on which it was begun in the store's zone, since 1970-01-01
    started_at BIGINT NOT NULL,
    tags TEXT NOT NULL,                  -- what it is found by: |country=DE|product=91|...
    fact TEXT NOT NULL,                  -- JSON: what was added to the sums
    PRIMARY KEY (shop_id, cart_id)
);
CREATE INDEX report_carts_by_day ON report_carts (shop_id, day, started_at, cart_id);

-- What one shopper's orders count for. Names nobody.
CREATE TABLE report_buyers (
    shop_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    fact TEXT NOT NULL,                  -- JSON
    PRIMARY KEY (shop_id, contact_id)
);

-- What has to be counted anew: something of it changed.
CREATE TABLE report_dirty (
    shop_id UUID NOT NULL,
    kind TEXT NOT NULL,                  -- cart | buyer
    id UUID NOT NULL,
    mark UUID NOT NULL,                   -- a change's own on PostgreSQL: one that is committed later leaves one of its own
    PRIMARY KEY (shop_id, kind, id, mark)
);

-- Sums over facts.
CREATE TABLE rollups (
    shop_id UUID NOT NULL,
    campaign_id UUID NOT NULL,            -- of what this campaign did; all zeros: whatever did it
    dimension TEXT NOT NULL,             -- all | reached | channel | country | ...
    grain BIGINT NOT NULL,               -- 0: of a day, 1: of a month
    day BIGINT NOT NULL,                 -- the first, since 1970-01-01
    value TEXT NOT NULL,                 -- of the dimension; empty: unknown
    currency TEXT NOT NULL,              -- of amounts; empty: of counts
    bucket BIGINT NOT NULL,              -- how long it took until the order; -1: no such count
    carts BIGINT NOT NULL,
    abandoned BIGINT NOT NULL,
    nudged BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    delivered BIGINT NOT NULL,
    clicked BIGINT NOT NULL,
    bought BIGINT NOT NULL,
    recovered BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    gross_minor BIGINT NOT NULL,
    refunds_minor BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    discount_minor BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL,
    left_minor BIGINT NOT NULL,
    PRIMARY KEY (shop_id, campaign_id, dimension, grain, day, value, currency, bucket)
);

-- Sums over buyers, by when they count from.
CREATE TABLE rollup_buyers (
    shop_id UUID NOT NULL,
    basis TEXT NOT NULL,                 -- first | recovered | other
    grain BIGINT NOT NULL,               -- 0: within so many days of a day, 1: in the month after so many months
    span BIGINT NOT NULL,                -- so many
    currency TEXT NOT NULL,
    day BIGINT NOT NULL,                 -- on which, or in whose month, they count from
    buyers BIGINT NOT NULL,
    again BIGINT NOT NULL,               -- of those: with an order after the one that they count from
    orders BIGINT NOT NULL,              -- after that one
    net_minor BIGINT NOT NULL,           -- of all of them, that one too
    PRIMARY KEY (shop_id, basis, grain, span, currency, day)
);

-- How values of dimensions are called: the name that was seen last.
CREATE TABLE report_labels (
    shop_id UUID NOT NULL,
    dimension TEXT NOT NULL,
    value TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (shop_id, dimension, value)
);

-- By which rules a store was counted, and how far that has come.
CREATE TABLE report_states (
    shop_id UUID NOT NULL,
    rules_version BIGINT NOT NULL,
    timezone TEXT NOT NULL,
    stage TEXT NOT NULL,                 -- clearing | carts | buyers | done
    after_id UUID NOT NULL,               -- the last that was counted in this stage
    PRIMARY KEY (shop_id)
);

INSERT INTO shop_locks (shop_id, name) SELECT id, 'reports' FROM shops;
