-- For how long a store keeps what it need not keep, in days; none: for ever.
ALTER TABLE shops ADD COLUMN keep_deliveries_days BIGINT;
ALTER TABLE shops ADD COLUMN keep_messages_days BIGINT;
ALTER TABLE shops ADD COLUMN keep_visits_days BIGINT;
-- Where a store is marked, its own past begins here: what came before was emptied.
ALTER TABLE shops ADD COLUMN deliveries_emptied_before BIGINT;

-- Files that are made, and files that are taken in, in the background.
CREATE TABLE file_jobs (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,                  -- export | import
    what TEXT NOT NULL,                  -- carts, orders, ..., suppressions, contacts
    name TEXT NOT NULL,                  -- of the file
    state TEXT NOT NULL,                 -- preview | waiting | running | done | failed
    from_at BIGINT,                      -- of an export: its period
    to_at BIGINT,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    done BIGINT NOT NULL,                -- rows
    of_all BIGINT,
    told TEXT,                           -- what came of it, as JSON
    problem TEXT,
    lease_by TEXT,
    lease_until BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX file_jobs_open ON file_jobs (asked_at) WHERE state IN ('waiting', 'running');

CREATE TABLE file_parts (
    shop_id BLOB NOT NULL,
    job_id BLOB NOT NULL,
    place BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (shop_id, job_id, place)
);

-- The links by which the first owner's account is made, by the hash of their secrets. Gone once there is one.
CREATE TABLE start_links (
    token_hash BLOB PRIMARY KEY,
    made_at BIGINT NOT NULL
);

-- When a canary reached which stage, as JSON.
ALTER TABLE canaries ADD COLUMN reached TEXT;
