-- A third row to lock for each store: `texts` lets one worker at a time decide about a store's texts, so that two steps of one cart see each other.
INSERT INTO shop_locks (shop_id, name) SELECT id, 'texts' FROM shops;
