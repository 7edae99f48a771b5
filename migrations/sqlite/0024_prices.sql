-- Prices of variants that were seen with more than one: from when each was seen. What changed follows from their order, whatever came first.
CREATE TABLE catalogue_prices (
    shop_id BLOB NOT NULL,
    variant_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    currency TEXT NOT NULL,
    minor BIGINT NOT NULL,
    name TEXT NOT NULL,                  -- the product's title; of one that isn't known, the variant's id
    PRIMARY KEY (shop_id, variant_id, at)
);
CREATE INDEX catalogue_prices_by_time ON catalogue_prices (shop_id, at);
