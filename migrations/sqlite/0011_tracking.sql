-- The domains of a store's pages, beside the one on its platform: whence its pages may tell what happens on them, and where a shopper's link may lead.
CREATE TABLE shop_domains (
    shop_id BLOB NOT NULL,
    domain TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, domain)
);

-- Webhooks are looked for by time (has a store fallen silent?) among events of visits, of which there may be a thousand times as many.
CREATE INDEX deliveries_of_platform ON deliveries (shop_id, id, received_at, topic) WHERE SUBSTR(topic, 1, 9) <> 'comeback/';

-- Visits of nobody known, in which nothing was put into a cart, are in no list.
CREATE INDEX carts_listed ON carts (shop_id, active_at, id) WHERE stage <> 'browse' OR contact_id IS NOT NULL;
