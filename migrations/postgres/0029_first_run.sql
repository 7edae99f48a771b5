-- The links by which the first owner's account is made, by the hash of their secrets. Gone once there is one.
CREATE TABLE start_links (
    token_hash BYTEA PRIMARY KEY,
    made_at BIGINT NOT NULL
);

-- When a canary reached which stage, as JSON.
ALTER TABLE canaries ADD COLUMN reached TEXT;
