-- Texts that somebody is writing and hasn't saved, and how a store's pages for its shoppers look.
CREATE TABLE template_drafts (
    shop_id UUID NOT NULL,
    template_id UUID NOT NULL,
    user_id UUID NOT NULL,
    base_version BIGINT NOT NULL,        -- the version that it was begun on
    source TEXT NOT NULL,                -- JSON: subject, body, text
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, template_id, user_id)
);

CREATE TABLE shop_looks (
    shop_id UUID NOT NULL PRIMARY KEY,
    colour TEXT,                         -- #rrggbb; none: Comeback's own
    logo_url TEXT,                       -- where the picture came from
    logo BYTEA,                          -- the picture itself
    logo_kind TEXT,                      -- its media type
    changed_at BIGINT NOT NULL
);
