-- Codes of shoppers' own: what the store's platform has of them, whom they were given to, and which orders used them.

-- A discount of the platform with many codes, for one offer, that gives codes until an instant.
CREATE TABLE discount_pools (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,
    campaign_id BLOB NOT NULL,
    step BIGINT NOT NULL,
    offer TEXT NOT NULL,                 -- JSON, as the campaign says it
    title TEXT NOT NULL,                 -- as the merchant sees it; no other discount is called so
    state TEXT NOT NULL,                 -- new | asked: the platform may have it | made | gone
    platform_id TEXT,                    -- of the discount, once it is made
    first_code TEXT NOT NULL,            -- the code that it is made with, by which it can be asked for
    gives_until BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,             -- codes work until then
    ask_at BIGINT NOT NULL,              -- not asked for before this: the platform refused it
    failures BIGINT NOT NULL,            -- refusals, one after the other
    problem TEXT,                        -- why the platform refused it last
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX discount_pools_by_offer ON discount_pools (shop_id, campaign_id, step, offer, gives_until);

CREATE TABLE discount_codes (
    shop_id BLOB NOT NULL,
    code TEXT NOT NULL,                  -- in capitals
    pool_id BLOB NOT NULL,
    campaign_id BLOB NOT NULL,
    step BIGINT NOT NULL,
    state TEXT NOT NULL,                 -- requested | free | given | deleting | deleted | failed
    platform_id TEXT,                    -- of the code, once the platform has it
    sent_at BIGINT,                      -- when the platform was asked to make it
    addition_id TEXT,                    -- by which the platform tells whether it was made
    deletion_id TEXT,                    -- by which it tells whether it was deleted
    cart_id BLOB,                        -- to which it was given
    nudge_id BLOB,                       -- in whose message
    given_at BIGINT,
    ends_at BIGINT,                      -- promised to work until then
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, code)
);
-- However many workers: one code per cart and step.
CREATE UNIQUE INDEX discount_codes_given ON discount_codes (shop_id, cart_id, campaign_id, step) WHERE state = 'given';
CREATE INDEX discount_codes_by_pool ON discount_codes (shop_id, pool_id, state);
CREATE INDEX discount_codes_by_state ON discount_codes (shop_id, state);
CREATE INDEX discount_codes_by_nudge ON discount_codes (shop_id, nudge_id);
CREATE INDEX discount_codes_by_time ON discount_codes (shop_id, given_at);

-- Which orders used them, by what the orders themselves say: follows from webhooks alone.
CREATE TABLE discount_uses (
    shop_id BLOB NOT NULL,
    order_id BLOB NOT NULL,
    code TEXT NOT NULL,
    used_at BIGINT NOT NULL,             -- when the order was placed
    PRIMARY KEY (shop_id, order_id, code)
);
CREATE INDEX discount_uses_by_code ON discount_uses (shop_id, code);

-- Whose turn it is to ask a store about its discounts, and how asking went.
CREATE TABLE discount_turns (
    shop_id BLOB NOT NULL,
    ask_at BIGINT NOT NULL,              -- not asked before this: somebody is asking, there is nothing to ask, or it failed
    asked_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,            -- one after the other
    problem TEXT,                        -- why it failed last; none since it answered
    since BIGINT,                        -- since when it has been failing
    PRIMARY KEY (shop_id)
);

-- What the codes of our messages took off a credited order, shared as its money is.
ALTER TABLE credits ADD COLUMN discount_minor BIGINT NOT NULL DEFAULT 0;
