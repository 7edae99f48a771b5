-- What stores sell, and the access by which they are asked for it.

-- With what a store lets us in, sealed as webhook secrets are; and how asking went, so that one that doesn't answer is asked less often.
CREATE TABLE shop_access (
    shop_id BLOB NOT NULL,
    kind TEXT NOT NULL,                  -- token | client
    client_id TEXT,                      -- of a client: its public id
    sealed BLOB NOT NULL,                -- the token, or the client's secret
    created_at BIGINT NOT NULL,
    ask_at BIGINT NOT NULL,              -- not asked for its catalogue before this: somebody is asking, or it failed
    failures BIGINT NOT NULL,            -- one after the other
    problem TEXT,                        -- why it failed last; none since it answered
    asked_at BIGINT,                     -- when it was last asked
    PRIMARY KEY (shop_id)
);

-- Facts are JSON, each with its time, and joined like those of carts. No row names a person.
CREATE TABLE catalogue_products (
    shop_id BLOB NOT NULL,
    product_id TEXT NOT NULL,
    facts TEXT NOT NULL,                 -- JSON: title, on sale, tags, collections, picture, variants
    PRIMARY KEY (shop_id, product_id)
);
CREATE TABLE catalogue_variants (
    shop_id BLOB NOT NULL,
    variant_id TEXT NOT NULL,
    facts TEXT NOT NULL,                 -- JSON: product, title, price, sellable, stock, picture
    PRIMARY KEY (shop_id, variant_id)
);
