-- A store's sending policy, and what tells shoppers from robots.

-- What holds over all campaigns of a store. Only added to: the highest version is in force; without any, the default is.
CREATE TABLE shop_policies (
    shop_id BLOB NOT NULL,
    version BIGINT NOT NULL,             -- from 1
    spec TEXT NOT NULL,                  -- JSON
    set_by TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, version)
);

ALTER TABLE carts ADD COLUMN bot_score BIGINT;                     -- 0 to 100: how likely the checkout is fake; none: never scored
ALTER TABLE carts ADD COLUMN bot_reasons TEXT NOT NULL DEFAULT '[]'; -- JSON: what speaks for it
ALTER TABLE carts ADD COLUMN bot_at BIGINT;                        -- when the score last changed
ALTER TABLE carts ADD COLUMN fake BOOLEAN;                         -- what somebody said by hand; none: nothing

-- What each checkout left of itself to be compared with others, as often as it changed. Short signs, from which nobody is recognised; those of a person go
-- when the person is erased.
CREATE TABLE cart_traces (
    shop_id BLOB NOT NULL,
    cart_id BLOB NOT NULL,
    noted_at BIGINT NOT NULL,            -- by our clock: what came later was not known then
    begun_at BIGINT NOT NULL,            -- by the platform's
    trace TEXT NOT NULL,                 -- JSON
    PRIMARY KEY (shop_id, cart_id, noted_at)
);
CREATE INDEX cart_traces_by_time ON cart_traces (shop_id, begun_at);

-- Of kinds fake and not_fake: about which cart.
ALTER TABLE requests ADD COLUMN cart_id BLOB;
CREATE INDEX requests_by_cart ON requests (shop_id, cart_id) WHERE cart_id IS NOT NULL;
