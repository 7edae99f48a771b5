-- What providers tell of messages after they took them, what shoppers write back, and messages that are no reminders.

ALTER TABLE nudges ADD COLUMN delivered_at BIGINT;            -- as the provider says
ALTER TABLE nudges ADD COLUMN fate TEXT;                      -- of all that was told of it, what weighs most
ALTER TABLE nudges ADD COLUMN fate_at BIGINT;                 -- when that was
ALTER TABLE nudges ADD COLUMN fate_reason TEXT;               -- in the provider's words
CREATE INDEX nudges_by_provider_id ON nudges (shop_id, provider_id) WHERE provider_id IS NOT NULL;

-- One word of a provider. Only added to; a nudge's standing follows from all of its receipts, in whatever order they came.
CREATE TABLE receipts (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,                    -- that of the delivery that told it
    nudge_id BLOB,                       -- none: the message is not known, or not yet
    channel TEXT NOT NULL,
    provider TEXT NOT NULL,
    provider_id TEXT,                    -- the message's, there
    recipient TEXT,                      -- to whom the nudge was handed over
    fate TEXT NOT NULL,
    reason TEXT,                         -- in the provider's words
    at BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,            -- when it was applied
    forgiven BOOLEAN NOT NULL,           -- somebody allowed the address again since
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX receipts_by_nudge ON receipts (shop_id, nudge_id);
CREATE INDEX receipts_by_recipient ON receipts (shop_id, recipient) WHERE recipient IS NOT NULL;
CREATE INDEX receipts_waiting ON receipts (shop_id, provider_id) WHERE nudge_id IS NULL;

-- What somebody wrote back, and how it was understood.
CREATE TABLE replies (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,                    -- that of the delivery that told it
    channel TEXT NOT NULL,
    provider TEXT NOT NULL,
    sender TEXT NOT NULL,
    written TEXT NOT NULL,
    meant TEXT NOT NULL,                 -- stop | stop_everywhere | start | yes | no | help | doubtful | other
    because TEXT,                        -- the words that say so
    at BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,
    forgiven BOOLEAN NOT NULL,
    reviewed_at BIGINT,                  -- of a doubtful one: when a person had looked at it
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX replies_by_sender ON replies (shop_id, sender);
CREATE INDEX replies_to_review ON replies (shop_id, id) WHERE meant = 'doubtful' AND reviewed_at IS NULL;

-- Messages that answer a shopper, or ask them whether they may be written to: no reminders, and each once.
CREATE TABLE service_messages (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,                    -- the key by which the provider knows it
    purpose TEXT NOT NULL,               -- opted_out | help | opt_in
    dedupe TEXT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,                 -- waiting | sending | sent | delivered | failed | unknown | dropped
    reason TEXT,
    attempts BIGINT NOT NULL,
    wake_at BIGINT NOT NULL,
    send_by BIGINT NOT NULL,             -- later it is not sent any more
    lease_until BIGINT,
    lease_by TEXT,
    provider TEXT,
    provider_id TEXT,
    sent_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX service_messages_once ON service_messages (shop_id, purpose, dedupe);
CREATE INDEX service_messages_due ON service_messages (shop_id, wake_at) WHERE state = 'waiting';
CREATE INDEX service_messages_sending ON service_messages (shop_id, lease_until) WHERE state = 'sending';
CREATE INDEX service_messages_by_recipient ON service_messages (shop_id, recipient);

-- A provider's word may come before our record of what it answered: whoever does not know a message waits for those who record.
INSERT INTO shop_locks (shop_id, name) SELECT id, 'receipts' FROM shops;
