-- What people note on the time axis, what advertising cost, and who gets figures by mail.
-- PostgreSQL's twin also has the schema `reporting`. SQLite has neither schemas nor roles to read them with, and nobody's BI tool shares its one file with a
-- running server: `comeback export` writes the same rows as files.
CREATE TABLE annotations (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at BIGINT NOT NULL,                 -- to when it belongs
    note TEXT NOT NULL,
    made_by TEXT NOT NULL,               -- a user's or token's id, or `cli`
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX annotations_by_time ON annotations (shop_id, at);

CREATE TABLE ad_costs (
    shop_id BLOB NOT NULL,
    day TEXT NOT NULL,                   -- as the ad platform counts it: 2026-07-01
    utm_source TEXT NOT NULL,
    utm_medium TEXT NOT NULL,            -- empty: none
    utm_campaign TEXT NOT NULL,          -- empty: none
    currency TEXT NOT NULL,
    cost_minor BIGINT NOT NULL,
    clicks BIGINT,                      -- none: not told
    impressions BIGINT,                 -- none: not told
    told_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, day, utm_source, utm_medium, utm_campaign, currency)
);

CREATE TABLE digest_wishes (
    shop_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    rhythm TEXT NOT NULL,                -- weekly | monthly
    since BIGINT NOT NULL,
    PRIMARY KEY (shop_id, user_id, rhythm)
);

CREATE TABLE digest_mails (
    shop_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    rhythm TEXT NOT NULL,
    first_day TEXT NOT NULL,             -- of the days that it is about
    state TEXT NOT NULL,                 -- making | sending | sent | failed | unknown
    lease_by TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    reason TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, user_id, rhythm, first_day)
);
