-- People: what each is in which store, how each wants the pages to look, and sessions whose secret is changed every day.
ALTER TABLE users ADD COLUMN language TEXT;          -- none: as their browser asks
ALTER TABLE users ADD COLUMN timezone TEXT;          -- none: each store's own
ALTER TABLE users ADD COLUMN colours TEXT;           -- light | dark; none: as their system has it

CREATE TABLE user_shops (
    shop_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role TEXT NOT NULL,                  -- owner | editor | viewer
    PRIMARY KEY (shop_id, user_id)
);
CREATE INDEX user_shops_by_user ON user_shops (user_id);
INSERT INTO user_shops (shop_id, user_id, role) SELECT only_shop, id, role FROM users WHERE only_shop IS NOT NULL;

-- A session of an older version has neither id nor time of renewal; it gets both when it is next used.
ALTER TABLE sessions ADD COLUMN id UUID;
ALTER TABLE sessions ADD COLUMN former_hash BYTEA;   -- of the secret before this one, until this one has been seen
ALTER TABLE sessions ADD COLUMN renewed_at BIGINT;
ALTER TABLE sessions ADD COLUMN seen_at BIGINT;
ALTER TABLE sessions ADD COLUMN proved_at BIGINT;    -- when who they are was last proved: by signing in, or by being asked again
CREATE INDEX sessions_by_former ON sessions (former_hash) WHERE former_hash IS NOT NULL;
