-- How senders are doing. A row belongs to a store's own sender, or to its part of the program's; those of the program itself have the id of no store
-- (zeros). There is a row as long as there is something to know.
CREATE TABLE send_ways (
    shop_id UUID NOT NULL,
    channel TEXT NOT NULL,
    provider TEXT NOT NULL,              -- what is known holds for this provider
    account TEXT,                        -- and this account of ours
    full_bucket_at BIGINT NOT NULL,      -- when the bucket of its rate is full again, in microseconds
    failures BIGINT NOT NULL,            -- in a row
    trips BIGINT NOT NULL,               -- how often it was held in a row
    held_since BIGINT,                   -- nothing leaves: since when,
    held_until BIGINT,                   -- until when,
    held_why TEXT,                       -- and why
    trying_until BIGINT,                 -- one message is tried; whoever tries it has until then
    full_until BIGINT,                   -- the limit per day is used up until then
    full_why TEXT,
    PRIMARY KEY (shop_id, channel)
);

-- How many messages left, in slots of a quarter of an hour, for limits per day.
CREATE TABLE send_counts (
    shop_id UUID NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,                -- program | own
    slot BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (shop_id, channel, sender, slot)
);
CREATE INDEX send_counts_by_slot ON send_counts (slot);

-- Claims take so many of each channel.
CREATE INDEX nudges_due_by_channel ON nudges (shop_id, channel, wake_at) WHERE state = 'scheduled';
DROP INDEX nudges_due;
