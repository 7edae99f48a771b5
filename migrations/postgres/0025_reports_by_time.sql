-- Reports over a period read these indexes alone, and no rows: a store's month has a hundred thousand of them.
CREATE INDEX carts_begun ON carts (shop_id, started_at, state, stage, contact_id, abandoned_at, merged_into);
DROP INDEX nudges_by_time;
CREATE INDEX nudges_by_time ON nudges (shop_id, sent_at, state, campaign_id, step, channel) WHERE sent_at IS NOT NULL;
DROP INDEX enrolments_by_time;
CREATE INDEX enrolments_by_time ON enrolments (shop_id, abandoned_at, campaign_id);
