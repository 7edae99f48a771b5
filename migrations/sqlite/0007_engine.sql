-- What a sequence is besides its cart: the way it takes through the campaign, from when it counts in the comparison, what began it.
ALTER TABLE enrolments ADD COLUMN path TEXT;             -- of the campaign's paths; none: it has none, or none is for the cart
ALTER TABLE enrolments ADD COLUMN counted_at BIGINT;     -- when the first message left, or would have left for the comparison group
ALTER TABLE enrolments ADD COLUMN begun_by TEXT NOT NULL DEFAULT 'checkout_abandoned';
CREATE INDEX enrolments_of_cart ON enrolments (shop_id, cart_id);

ALTER TABLE nudges ADD COLUMN variant TEXT;              -- which of the step's texts
ALTER TABLE nudges ADD COLUMN fallback TEXT;             -- the channel that takes over when this one is shut; none once it has
