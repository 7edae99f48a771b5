-- A store's own providers, by channel: sealed JSON. None: those of the program's settings.
ALTER TABLE shops ADD COLUMN channels BLOB;
