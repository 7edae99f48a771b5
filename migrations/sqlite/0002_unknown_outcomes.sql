-- Messages whose outcome never came: what their provider has to be asked, and how far the asking has come.
ALTER TABLE nudges ADD COLUMN claimed_at BIGINT;              -- of the last claim: no message of it can have left earlier
ALTER TABLE nudges ADD COLUMN handed_to TEXT;                 -- the address, from the claim until the outcome is known
ALTER TABLE nudges ADD COLUMN account TEXT;                   -- ours at the provider, at the claim
ALTER TABLE nudges ADD COLUMN unknown_at BIGINT;              -- since when its outcome was unknown; stays when it is sent again
ALTER TABLE nudges ADD COLUMN ask_at BIGINT;                  -- when to ask its provider next; none: nobody is asked any more
ALTER TABLE nudges ADD COLUMN asked BIGINT NOT NULL DEFAULT 0; -- how often the provider was asked
ALTER TABLE nudges ADD COLUMN absent_at BIGINT;               -- when the provider first said that it has no such message
ALTER TABLE nudges ADD COLUMN answer TEXT;                    -- absent | unreachable | cannot_say: what it said last
CREATE INDEX nudges_to_ask ON nudges (shop_id, ask_at) WHERE state = 'unknown' AND ask_at IS NOT NULL;
CREATE INDEX nudges_unknown ON nudges (shop_id, id) WHERE state = 'unknown';
