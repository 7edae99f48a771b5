-- Moving sequences that run to a campaign's new version: how far it is. One a campaign; a later one takes its place.
CREATE TABLE campaign_moves (
    shop_id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    version BIGINT NOT NULL,             -- to which
    after_id UUID,                        -- the last enrolment that was looked at
    total BIGINT,                        -- how many had something waiting when it began; none: not counted yet
    moved BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (shop_id, campaign_id)
);
CREATE INDEX campaign_moves_open ON campaign_moves (begun_at) WHERE ended_at IS NULL;

-- By which version a message is made that stays as it is while its sequence is moved; none: by its enrolment's.
ALTER TABLE nudges ADD COLUMN version BIGINT;
CREATE INDEX nudges_waiting_by_campaign ON nudges (shop_id, campaign_id, enrolment_id) WHERE state = 'scheduled';

-- What a campaign would have done: asked for on its page, worked out in a throw-away copy, kept until it is asked for again. Holds figures, no shopper.
CREATE TABLE trials (
    shop_id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    state TEXT NOT NULL,                 -- waiting, running, done, failed
    spec TEXT NOT NULL,                  -- as it was tried
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    done BIGINT NOT NULL,                -- moments replayed so far
    of_all BIGINT,                       -- of so many, once they are counted
    lease_by TEXT,
    lease_until BIGINT,
    ended_at BIGINT,
    result TEXT,                         -- JSON
    problem TEXT,
    PRIMARY KEY (shop_id, campaign_id)
);
CREATE UNIQUE INDEX trials_under_way ON trials (shop_id) WHERE state IN ('waiting', 'running');
