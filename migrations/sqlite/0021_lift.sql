-- What became of shoppers who count in a comparison, for what a campaign caused. Worked out from enrolments, decisions and orders; nothing here is recorded.

-- So many days after they began to count what they order is theirs.
ALTER TABLE shops ADD COLUMN outcome_days BIGINT NOT NULL DEFAULT 14;

-- One row for a shopper's first enrolment in a campaign, and one for each of its steps that compared texts.
CREATE TABLE lift_outcomes (
    shop_id BLOB NOT NULL,
    enrolment_id BLOB NOT NULL,
    step BIGINT NOT NULL,                -- -1: the campaign against the comparison group; else a step's texts, from 0
    campaign_id BLOB NOT NULL,
    stratum TEXT NOT NULL,               -- the split under which the lot was drawn
    arm TEXT NOT NULL,                   -- treated | holdout; of a step: the text's name
    at BIGINT NOT NULL,                  -- from when they count
    day BIGINT NOT NULL,                 -- the day of that in the store's zone, since 1970-01-01
    converted BOOLEAN NOT NULL,
    elsewhere BOOLEAN NOT NULL,          -- also ordered in another currency than the store's, which is in no sum
    net_minor BIGINT NOT NULL,
    before_minor BIGINT NOT NULL,        -- net of what they had bought before
    PRIMARY KEY (shop_id, enrolment_id, step)
);
CREATE INDEX lift_outcomes_by_day ON lift_outcomes (shop_id, campaign_id, step, day);

-- The same added up by day. Sums that may pass 64 bits are texts, exact.
CREATE TABLE lift_days (
    shop_id BLOB NOT NULL,
    campaign_id BLOB NOT NULL,
    step BIGINT NOT NULL,
    day BIGINT NOT NULL,
    stratum TEXT NOT NULL,
    arm TEXT NOT NULL,
    shoppers BIGINT NOT NULL,
    converted BIGINT NOT NULL,
    elsewhere BIGINT NOT NULL,
    net_sum TEXT NOT NULL,
    net_squares TEXT NOT NULL,
    before_sum TEXT NOT NULL,
    before_squares TEXT NOT NULL,
    net_before TEXT NOT NULL,
    PRIMARY KEY (shop_id, campaign_id, step, day, stratum, arm)
);

-- Shoppers whose outcomes are to be worked out anew.
CREATE TABLE lift_dirty (
    shop_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    cause BLOB NOT NULL,                  -- what changed: an order, a cart, a message
    PRIMARY KEY (shop_id, contact_id, cause)
);

-- What is there already is worked out once.
INSERT INTO lift_dirty (shop_id, contact_id, cause) SELECT DISTINCT shop_id, contact_id, shop_id FROM enrolments WHERE counted_at IS NOT NULL;
