-- How long things are kept, and files that are made or taken in beside everything else.

-- What a store chose, how far its nightly run is, and what the last one came to. None where a length is meant: for as long as the store is here.
CREATE TABLE retention (
    shop_id UUID NOT NULL,
    raw_months BIGINT,                   -- webhooks as received
    browser_months BIGINT,               -- what stores' pages told, as received
    shopper_months BIGINT,               -- shoppers who were not seen any more
    next_at BIGINT NOT NULL,             -- when it runs next; while it runs: when it was due
    began_at BIGINT,                     -- none while it doesn't run
    raw_after UUID,                      -- the last delivery that was looked at; none: from the beginning
    browser_after UUID,
    shopper_after UUID,                  -- the last contact that this run looked at
    raw_now BIGINT NOT NULL,             -- emptied and erased by this run so far
    browser_now BIGINT NOT NULL,
    shopper_now BIGINT NOT NULL,
    ended_at BIGINT,                     -- of the last run, with what it came to
    raw_last BIGINT NOT NULL,
    browser_last BIGINT NOT NULL,
    shopper_last BIGINT NOT NULL,
    PRIMARY KEY (shop_id)
);

-- Lists that leave as files, and files that are taken in: asked for on a page, worked on by whoever has the lease.
CREATE TABLE file_jobs (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,                  -- export | import
    what TEXT NOT NULL,                  -- which list
    format TEXT NOT NULL,                -- csv | jsonl | parquet
    name TEXT NOT NULL,                  -- of the file
    from_at BIGINT NOT NULL,             -- of a list of a period
    to_at BIGINT NOT NULL,
    state TEXT NOT NULL,                 -- waiting | running | done | failed | cancelled
    asked_at BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    done BIGINT NOT NULL,                -- rows written, or lines gone through
    of_all BIGINT,                       -- of so many, once they are counted
    bytes BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    known BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    faults TEXT NOT NULL,                -- JSON: the first lines that were refused, and why
    resumed BOOLEAN NOT NULL,            -- another worker went on with it
    problem TEXT,
    lease_by TEXT,
    lease_until BIGINT,
    ended_at BIGINT,
    expires_at BIGINT,                   -- when what was made is deleted
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX file_jobs_open ON file_jobs (asked_at) WHERE state IN ('waiting', 'running');

-- A file's bytes, in parts.
CREATE TABLE file_parts (
    shop_id UUID NOT NULL,
    job_id UUID NOT NULL,
    place BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (shop_id, job_id, place)
);

-- Erasing somebody looks for what was told of them: not through everything that ever happened.
CREATE INDEX events_by_contact ON events (shop_id, contact_id) WHERE contact_id IS NOT NULL;
