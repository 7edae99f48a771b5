-- What replay needs to know and nothing else tells: which deliveries were applied together, in which order of all things, and what people asked for.

-- Made when its batch began, as ids are, so that it has its place among the ids of everything that followed from other things. None: applied before this.
ALTER TABLE deliveries ADD COLUMN batch_id BLOB;

-- What shoppers and merchants asked for that no webhook tells. Only added to; an address goes when its person is erased.
CREATE TABLE requests (
    shop_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,                  -- opt_out | suppress | allow
    nudge_id BLOB,                       -- of an opt-out: by whose link
    channel TEXT,                        -- of an opt-out: none for every channel
    address TEXT,                        -- of the others
    note TEXT,                           -- where they said so, or why
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX requests_by_address ON requests (shop_id, address);
