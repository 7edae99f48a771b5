-- Instants are UTC milliseconds, money is minor units with an ISO 4217 code beside it, ids are UUIDv7 made by the program.
-- Every table of a shop begins its primary key and every unique key with shop_id, so that the schema distributes by it without a change.

CREATE TABLE shops (
    id UUID NOT NULL PRIMARY KEY,
    platform TEXT NOT NULL,
    domain TEXT NOT NULL,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    timezone TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,                -- active | paused | removed
    uninstalled_at BIGINT,
    abandon_after_ms BIGINT NOT NULL,    -- the shortest of its published campaigns
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX shops_by_domain ON shops (platform, domain);

-- Webhook secrets, encrypted; several may be valid at a time, for rotation.
CREATE TABLE shop_secrets (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (shop_id, id)
);

-- Rows to lock: `intake` keeps an order's acknowledgement and a nudge's departure apart, `apply` lets one worker at a time fold a shop's events.
CREATE TABLE shop_locks (
    shop_id UUID NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (shop_id, name)
);

CREATE TABLE users (
    id UUID NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,                  -- owner | editor | viewer
    only_shop UUID,                      -- none: every shop
    created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE api_tokens (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    scope TEXT NOT NULL,                 -- read | write | admin
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX api_tokens_by_hash ON api_tokens (shop_id, token_hash);

-- One webhook as received.
CREATE TABLE deliveries (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    delivery_key TEXT NOT NULL,
    topic TEXT NOT NULL,
    api_version TEXT,
    event_id TEXT,
    triggered_at BIGINT,
    received_at BIGINT NOT NULL,
    urgent BOOLEAN NOT NULL,             -- may end a cart: applied first
    state TEXT NOT NULL,                 -- pending | applied | set_aside
    reason TEXT,                         -- why it was set aside
    applied_at BIGINT,
    body BYTEA NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX deliveries_by_key ON deliveries (shop_id, delivery_key);
CREATE INDEX deliveries_pending ON deliveries (shop_id, urgent, id) WHERE state = 'pending';
CREATE INDEX deliveries_set_aside ON deliveries (shop_id, id) WHERE state = 'set_aside';

CREATE TABLE contacts (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    facts TEXT NOT NULL,                 -- JSON: names, locale, each with its time
    erased_at BIGINT,
    merged_into UUID,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

CREATE TABLE contact_identities (
    shop_id UUID NOT NULL,
    kind TEXT NOT NULL,                  -- customer | email | phone
    value TEXT NOT NULL,
    contact_id UUID NOT NULL,
    PRIMARY KEY (shop_id, kind, value)
);
CREATE INDEX contact_identities_by_contact ON contact_identities (shop_id, contact_id);

CREATE TABLE consents (
    shop_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,                 -- pending | subscribed | unsubscribed
    at BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (shop_id, contact_id, channel)
);

-- Addresses that must not be written to, whoever they belong to.
CREATE TABLE suppressions (
    shop_id UUID NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, channel, address)
);

CREATE TABLE carts (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    contact_id UUID,
    state TEXT NOT NULL,
    stage TEXT NOT NULL,                 -- cart | checkout
    value_minor BIGINT,
    currency TEXT,
    started_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    abandoned_at BIGINT,
    purchased_at BIGINT,                 -- when we learned of it
    recovered BOOLEAN NOT NULL,
    merged_into UUID,
    facts TEXT NOT NULL,                 -- JSON: the fold's state
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX carts_by_contact ON carts (shop_id, contact_id, active_at);
CREATE INDEX carts_open ON carts (shop_id, active_at) WHERE state = 'open';
CREATE INDEX carts_abandoned ON carts (shop_id, active_at) WHERE state = 'abandoned';
CREATE INDEX carts_by_activity ON carts (shop_id, active_at, id);
CREATE INDEX carts_by_state ON carts (shop_id, state, active_at, id);

CREATE TABLE cart_tokens (
    shop_id UUID NOT NULL,
    kind TEXT NOT NULL,
    token TEXT NOT NULL,
    cart_id UUID NOT NULL,
    PRIMARY KEY (shop_id, kind, token)
);
CREATE INDEX cart_tokens_by_cart ON cart_tokens (shop_id, cart_id);

CREATE TABLE orders (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    platform_id TEXT NOT NULL,
    name TEXT NOT NULL,
    contact_id UUID,
    ordered_at BIGINT,                   -- none while only a refund is known
    currency TEXT,
    gross_minor BIGINT NOT NULL,
    refunds_minor BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    test BOOLEAN NOT NULL,
    cancelled BOOLEAN NOT NULL,
    facts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX orders_by_platform_id ON orders (shop_id, platform_id);
CREATE INDEX orders_by_contact ON orders (shop_id, contact_id, ordered_at);
CREATE INDEX orders_by_time ON orders (shop_id, ordered_at, id);

CREATE TABLE order_tokens (
    shop_id UUID NOT NULL,
    kind TEXT NOT NULL,
    token TEXT NOT NULL,
    order_id UUID NOT NULL,
    PRIMARY KEY (shop_id, kind, token, order_id)
);

-- What happened to a cart, contact or order, as its timeline tells it.
CREATE TABLE events (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    delivery_id UUID,
    cart_id UUID,
    contact_id UUID,
    order_id UUID,
    at BIGINT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX events_by_cart ON events (shop_id, cart_id, at);
CREATE INDEX events_by_order ON events (shop_id, order_id);

CREATE TABLE campaigns (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    status TEXT NOT NULL,                -- draft | published | paused | archived
    version BIGINT NOT NULL,             -- the published one; 0: never
    spec TEXT NOT NULL,                  -- JSON, as last saved
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

CREATE TABLE campaign_versions (
    shop_id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    version BIGINT NOT NULL,
    spec TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, campaign_id, version)
);

CREATE TABLE templates (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    key TEXT NOT NULL,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    version BIGINT NOT NULL,             -- the one in use
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX templates_by_key ON templates (shop_id, key, channel, language);

CREATE TABLE template_versions (
    shop_id UUID NOT NULL,
    template_id UUID NOT NULL,
    version BIGINT NOT NULL,
    source TEXT NOT NULL,                -- JSON: subject, body, text
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, template_id, version)
);

CREATE TABLE enrolments (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    version BIGINT NOT NULL,
    cart_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    arm TEXT NOT NULL,                   -- treated | holdout
    abandoned_at BIGINT NOT NULL,
    superseded_by UUID,                  -- the newer cart that took over
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX enrolments_by_cart ON enrolments (shop_id, campaign_id, cart_id);
CREATE INDEX enrolments_by_contact ON enrolments (shop_id, contact_id, created_at);
CREATE INDEX enrolments_by_time ON enrolments (shop_id, abandoned_at);

CREATE TABLE nudges (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    enrolment_id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    cart_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    step BIGINT NOT NULL,                -- from 0
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,              -- as planned
    wake_at BIGINT NOT NULL,             -- when to look at it next
    lease_until BIGINT,
    lease_by TEXT,
    attempts BIGINT NOT NULL,
    reason TEXT,                         -- the rule of its last decision
    short_code TEXT NOT NULL,
    provider TEXT,
    provider_id TEXT,
    sent_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX nudges_by_step ON nudges (shop_id, enrolment_id, step);
CREATE INDEX nudges_due ON nudges (shop_id, wake_at) WHERE state = 'scheduled';
CREATE INDEX nudges_sending ON nudges (shop_id, lease_until) WHERE state = 'sending';
CREATE INDEX nudges_by_cart ON nudges (shop_id, cart_id);
CREATE INDEX nudges_by_contact ON nudges (shop_id, contact_id);
CREATE INDEX nudges_by_code ON nudges (short_code);
CREATE INDEX nudges_by_time ON nudges (shop_id, sent_at) WHERE sent_at IS NOT NULL;

-- What a nudge said, as it was sent.
CREATE TABLE messages (
    shop_id UUID NOT NULL,
    nudge_id UUID NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    template_key TEXT NOT NULL,
    template_version BIGINT NOT NULL,
    rendered_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, nudge_id)
);

CREATE TABLE decisions (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    cart_id UUID NOT NULL,
    nudge_id UUID,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,               -- planned | not_planned | send | postpone | cancel | sent | refused | retry | unknown
    rule TEXT NOT NULL,
    rules_version BIGINT NOT NULL,
    why TEXT NOT NULL,
    inputs TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX decisions_by_cart ON decisions (shop_id, cart_id, at);
CREATE INDEX decisions_by_nudge ON decisions (shop_id, nudge_id, at);

CREATE TABLE touches (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    nudge_id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    cart_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    kind TEXT NOT NULL,                  -- click
    at BIGINT NOT NULL,
    human BOOLEAN NOT NULL,
    why TEXT NOT NULL,                   -- what makes us think so
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX touches_by_cart ON touches (shop_id, cart_id, at);
CREATE INDEX touches_by_contact ON touches (shop_id, contact_id, at);
CREATE INDEX touches_by_nudge ON touches (shop_id, nudge_id, at);

CREATE TABLE credits (
    shop_id UUID NOT NULL,
    order_id UUID NOT NULL,
    model TEXT NOT NULL,
    nudge_id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    cart_id UUID NOT NULL,
    step BIGINT NOT NULL,
    channel TEXT NOT NULL,
    evidence TEXT NOT NULL,              -- link | code | marker
    window_ms BIGINT NOT NULL,
    currency TEXT NOT NULL,
    gross_minor BIGINT NOT NULL,
    refunds_minor BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    ordered_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    rules_version BIGINT NOT NULL,
    inputs TEXT NOT NULL,
    PRIMARY KEY (shop_id, order_id, model, nudge_id)
);
CREATE INDEX credits_by_time ON credits (shop_id, model, ordered_at);
CREATE INDEX credits_by_cart ON credits (shop_id, cart_id);
CREATE INDEX credits_by_nudge ON credits (shop_id, nudge_id);

-- What people and programs did to the settings.
CREATE TABLE audit (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

-- Answers already given to POSTs with an Idempotency-Key.
CREATE TABLE idempotency_keys (
    shop_id UUID NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    response TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, key)
);
