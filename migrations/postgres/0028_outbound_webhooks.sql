-- What a store's own programs are told: which of them, and what each was told or is still to be told.
CREATE TABLE webhook_endpoints (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    url TEXT NOT NULL,
    note TEXT NOT NULL,                  -- for people: what it is for
    kinds TEXT NOT NULL,                 -- *, or those that are told, each between commas: ,message.sent,message.failed,
    sealed BYTEA NOT NULL,                -- the secret with which it is signed
    former BYTEA,                         -- the secret before, for a while after it was changed
    former_until BIGINT,
    state TEXT NOT NULL,                 -- on | off
    off_why TEXT,                        -- hand | failing | gone
    failing_since BIGINT,                -- nothing was taken since
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

-- One row for each event and endpoint, written in the transaction of what happened. The id of an event follows from what it tells.
CREATE TABLE webhook_sends (
    shop_id UUID NOT NULL,
    endpoint_id UUID NOT NULL,
    event_id UUID NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    payload TEXT NOT NULL,               -- as it is signed and sent, to the byte
    state TEXT NOT NULL,                 -- waiting | taken | given_up
    due_at BIGINT NOT NULL,              -- while it is on its way: when it counts as lost
    attempts BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (shop_id, endpoint_id, event_id)
);
CREATE INDEX webhook_sends_due ON webhook_sends (due_at, shop_id) WHERE state = 'waiting';
CREATE INDEX webhook_sends_by_time ON webhook_sends (shop_id, endpoint_id, at);

CREATE TABLE webhook_tries (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    endpoint_id UUID NOT NULL,
    event_id UUID NOT NULL,
    at BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    status BIGINT,                       -- of the answer; none when there was none
    problem TEXT,                        -- why there was none
    answer TEXT NOT NULL,                -- its beginning
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX webhook_tries_by_event ON webhook_tries (shop_id, endpoint_id, event_id, at);
