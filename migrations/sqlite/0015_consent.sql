-- The ledger of consents: every word that a person said about being written to, or that was said for them, with its proof; rows are only added. What stands is
-- the join of them (table consents).
CREATE TABLE consent_log (
    shop_id BLOB NOT NULL,
    cause_id BLOB NOT NULL,              -- the delivery or request that told of it
    place BIGINT NOT NULL,               -- which of the words that it tells
    cause TEXT NOT NULL,                 -- delivery | request | earlier (what stood before the ledger was kept)
    contact_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,                 -- pending | subscribed | unsubscribed
    method TEXT NOT NULL,                -- platform | checkbox | double_opt_in | reply | page | api | import | claim
    source TEXT NOT NULL,                -- where and how
    at BIGINT NOT NULL,                  -- when they said it
    learned_at BIGINT NOT NULL,          -- when we learned of it
    shown TEXT,                          -- the words that they read
    proof TEXT,                          -- a page's address, an import's file and line, a form's id
    address TEXT,                        -- the address that it is about
    address_hash TEXT,                   -- of somebody who was erased: keyed, so that it names nobody
    PRIMARY KEY (shop_id, cause_id, place)
);
CREATE INDEX consent_log_by_contact ON consent_log (shop_id, contact_id, channel, at);

-- Requests to confirm an address (double opt-in).
CREATE TABLE consent_requests (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,                    -- follows from its cause
    contact_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,                 -- open | confirmed | declined
    answered_at BIGINT,
    shown TEXT NOT NULL,                 -- the words that they confirm
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX consent_requests_by_contact ON consent_requests (shop_id, contact_id);
CREATE INDEX consent_requests_by_address ON consent_requests (shop_id, address);

-- Opt-outs that the platform is to be told of.
CREATE TABLE consent_outbox (
    shop_id BLOB NOT NULL,
    customer_id TEXT NOT NULL,           -- the platform's
    channel TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    at BIGINT NOT NULL,                  -- when they said it
    state TEXT NOT NULL,                 -- due | told | given_up
    attempts BIGINT NOT NULL,
    wake_at BIGINT NOT NULL,
    told_at BIGINT,
    problem TEXT,
    PRIMARY KEY (shop_id, customer_id, channel)
);
CREATE INDEX consent_outbox_due ON consent_outbox (wake_at) WHERE state = 'due';

-- What stands knows what was confirmed, and whether the words named carts, and when it was last taken back.
ALTER TABLE consents ADD COLUMN confirmed_at BIGINT;
ALTER TABLE consents ADD COLUMN named_at BIGINT;
ALTER TABLE consents ADD COLUMN withdrawn_at BIGINT;
UPDATE consents SET withdrawn_at = at WHERE state = 'unsubscribed';

-- Whether opt-outs are told to the platform, where its access allows it.
ALTER TABLE shop_access ADD COLUMN tell_opt_outs BOOLEAN NOT NULL DEFAULT TRUE;

-- What stood before is the ledger's beginning.
INSERT INTO consent_log (shop_id, cause_id, place, cause, contact_id, channel, state, method, source, at, learned_at)
    SELECT c.shop_id, c.contact_id, CASE c.channel WHEN 'email' THEN 0 WHEN 'sms' THEN 1 ELSE 2 END, 'earlier', c.contact_id, c.channel, c.state, 'platform',
        c.source, c.at, COALESCE((SELECT MAX(d.applied_at) FROM deliveries d WHERE d.shop_id = c.shop_id), c.at) FROM consents c;
