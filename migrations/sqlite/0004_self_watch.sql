-- What Comeback watches of itself: canaries that go the whole way, and alarms.

ALTER TABLE shops ADD COLUMN canary_of BLOB;   -- the store whose way this hidden twin goes; none for a store
CREATE UNIQUE INDEX shops_by_canary ON shops (canary_of) WHERE canary_of IS NOT NULL;

-- Raised once, kept while it holds, cleared when it ends; the history stays.
CREATE TABLE alarms (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,               -- which topic, channel, ...; empty where there is one of the kind
    what TEXT NOT NULL,                  -- what happened, in a sentence
    fix TEXT NOT NULL,                   -- what to do
    mark BIGINT NOT NULL,                -- how far it reaches: a dismissed one comes back when this grows
    since BIGINT NOT NULL,               -- when what is wrong began
    raised_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,        -- when it was last found to hold
    notified_at BIGINT,                  -- when the owners were written to, the last time
    dismissed_at BIGINT,
    cleared_at BIGINT,
    clearing_told_at BIGINT,             -- when the owners were told that it is over
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX alarms_active ON alarms (shop_id, kind, subject) WHERE cleared_at IS NULL;
CREATE INDEX alarms_to_tell ON alarms (shop_id, id) WHERE clearing_told_at IS NULL AND cleared_at IS NOT NULL;

-- A canary's runs: how far it came.
CREATE TABLE canaries (
    shop_id BLOB NOT NULL,                -- the store's, not its twin's
    id BLOB NOT NULL,
    twin_id BLOB NOT NULL,
    stage TEXT NOT NULL,                 -- the one that it is in, or that it failed in
    stage_since BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT,
    problem TEXT,                        -- why it failed; none for one that came through
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX canaries_running ON canaries (shop_id) WHERE ended_at IS NULL;

-- Who watches: one process at a time.
CREATE TABLE watch_leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);

-- What was looked at for the whole installation: providers, the nightly check.
CREATE TABLE watch_results (
    name TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    count BIGINT NOT NULL,               -- how often in a row a provider didn't answer; how many violations
    detail TEXT NOT NULL
);
