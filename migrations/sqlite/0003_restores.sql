-- When the database was last known to be in use, by whom: `worker`, at short intervals; `backup`, in a copy, as of when it was made.
CREATE TABLE heartbeats (
    name TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);

-- Times of which this database knows nothing, since it was put back from an older copy: another was in use then, and may have sent what was due.
CREATE TABLE restores (
    id BLOB NOT NULL PRIMARY KEY,
    snapshot_at BIGINT NOT NULL,
    restored_at BIGINT NOT NULL,
    how TEXT NOT NULL,                   -- restored | noticed | told
    treated_at BIGINT                    -- when all that was due in between had been set aside; none: not yet
);
