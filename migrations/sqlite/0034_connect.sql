-- Stores that are connected by installing an app of the merchant's own.

-- The app of each store, and what the store granted when it was installed. The access token itself is in shop_access, of the kind 'install'; once the app was
-- removed in the store it is of no bytes.
CREATE TABLE shop_apps (
    shop_id BLOB NOT NULL,
    client_id TEXT NOT NULL,             -- public
    sealed BLOB NOT NULL,                -- the app's secret: what it asks for comes with it, and the platform signs with it
    created_at BIGINT NOT NULL,
    installed_at BIGINT,                 -- none: not yet, or removed in the store since
    scopes TEXT NOT NULL,                -- what was granted, between spaces
    topics TEXT NOT NULL,                -- what the store says it sends webhooks about, between spaces
    refused TEXT NOT NULL,               -- what it doesn't, a line each: the topic, a space, and why
    problem TEXT,                        -- what went wrong when it was last installed or looked at
    looked_at BIGINT,                    -- when the store was last asked
    PRIMARY KEY (shop_id)
);

-- Installations under way: each answer of the platform is taken once, in the session that asked for it, and in time.
CREATE TABLE shop_installs (
    shop_id BLOB NOT NULL,
    state_hash BLOB NOT NULL,
    session_id BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, state_hash)
);

-- What endpoints are told is verified event by event.
CREATE INDEX webhook_sends_by_event ON webhook_sends (shop_id, event_id);
