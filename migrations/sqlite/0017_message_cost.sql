-- What messages that left cost. It names nobody, and stays when a shopper's data is erased: the figures stay right.
CREATE TABLE message_costs (
    shop_id BLOB NOT NULL,
    nudge_id BLOB NOT NULL,
    encoding TEXT,                       -- GSM-7, UCS-2; none for a mail
    segments BIGINT,                     -- parts that are billed; none for a mail
    cost_micros BIGINT NOT NULL,         -- of all parts, in millionths of the currency's main unit
    currency TEXT NOT NULL,
    price_table TEXT NOT NULL,           -- 2026-11: the standard prices; own 3: the store's, of that version of its settings
    PRIMARY KEY (shop_id, nudge_id)
);

-- What a store sets about its messages: JSON. None: the default. Its version counts up with every change.
ALTER TABLE shops ADD COLUMN message_settings TEXT;
ALTER TABLE shops ADD COLUMN message_settings_version BIGINT NOT NULL DEFAULT 0;

-- The store's own domain for links in messages, and since when it is known to lead here; until then links begin with the program's own address.
ALTER TABLE shops ADD COLUMN link_domain TEXT;
ALTER TABLE shops ADD COLUMN link_domain_seen_at BIGINT;
CREATE UNIQUE INDEX shops_by_link_domain ON shops (link_domain);
