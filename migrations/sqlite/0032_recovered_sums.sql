-- What the report on recovered revenue tells of days that are over, summed by day in the store's zone. All of it follows from other rows, can be thrown away,
-- and is then worked out anew; a day on which something changed since is read from its rows.
CREATE TABLE recovered_sums (
    shop_id BLOB NOT NULL,
    part TEXT NOT NULL,                  -- of what: nudges | carts | clicks | credits | ...
    model TEXT NOT NULL,                 -- of credits: by which model; else empty
    begin_at BIGINT NOT NULL,            -- when the day begins
    campaign_id BLOB NOT NULL,           -- all zeros where it isn't by campaign
    step BIGINT NOT NULL,
    channel TEXT NOT NULL,               -- or the evidence, or which count of carts
    currency TEXT NOT NULL,
    count BIGINT NOT NULL,
    raw BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL,
    gross_minor BIGINT NOT NULL,
    refunds_minor BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    discount_minor BIGINT NOT NULL,
    PRIMARY KEY (shop_id, part, model, begin_at, campaign_id, step, channel, currency)
) WITHOUT ROWID;
CREATE INDEX recovered_sums_by_day ON recovered_sums (shop_id, begin_at);

-- Of which days sums are kept, and by what: others are not read. A day in between without a sum is one on which nothing happened.
CREATE TABLE recovered_states (
    shop_id BLOB NOT NULL,
    rules_version BIGINT NOT NULL,
    timezone TEXT NOT NULL,
    generation BIGINT NOT NULL,          -- of credits
    from_at BIGINT NOT NULL,             -- when the first day begins
    to_at BIGINT NOT NULL,               -- when the last day ends
    next_at BIGINT NOT NULL,             -- when the day after that will be over
    counted_by BLOB NOT NULL,            -- who works on it, or did last
    counted_until BIGINT NOT NULL,       -- and until when nobody else does
    PRIMARY KEY (shop_id)
);

-- Something of this instant changed, each change with a mark of its own: its day is read from its rows until it is summed anew.
CREATE TABLE recovered_marks (
    shop_id BLOB NOT NULL,
    at BIGINT NOT NULL,
    mark BLOB NOT NULL,
    PRIMARY KEY (shop_id, at, mark)
) WITHOUT ROWID;

CREATE INDEX touches_by_time ON touches (shop_id, at);
CREATE INDEX orders_untold ON orders (shop_id, untold, ordered_at);
-- Credits are worked out anew from thousands of orders at once, most of which no message had to do with: what tells so is read from here alone.
CREATE INDEX orders_to_credit ON orders (shop_id, id, gross_minor, contact_id, marker);
-- Holds what is asked of it: where no sizes are known, an index that has to be followed by the rows is passed over for one that has all, of the whole store.
DROP INDEX order_tokens_by_order;
CREATE INDEX order_tokens_by_order ON order_tokens (shop_id, order_id, kind, token);
