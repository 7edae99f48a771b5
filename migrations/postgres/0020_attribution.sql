-- The ledger of credits: each row the part of an order that a model gives to a nudge, worked out by the settings of a generation. Rows are replaced, never edited.
-- A generation is all of a store's credits by one set of settings: while the next one grows beside it, figures are read from the one that is whole.
CREATE TABLE credit_ledger (
    shop_id UUID NOT NULL,
    order_id UUID NOT NULL,
    generation BIGINT NOT NULL,
    model TEXT NOT NULL,
    nudge_id UUID NOT NULL,
    kind TEXT NOT NULL,                  -- attributed | influenced: the two are never added up
    campaign_id UUID NOT NULL,
    cart_id UUID NOT NULL,
    step BIGINT NOT NULL,
    channel TEXT NOT NULL,
    evidence TEXT NOT NULL,              -- link | code | marker | view | person_in_window
    window_ms BIGINT NOT NULL,
    currency TEXT NOT NULL,
    gross_minor BIGINT NOT NULL,
    refunds_minor BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    discount_minor BIGINT NOT NULL,
    ordered_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    rules_version BIGINT NOT NULL,
    inputs TEXT NOT NULL,
    PRIMARY KEY (shop_id, order_id, generation, model, nudge_id)
);
INSERT INTO credit_ledger (shop_id, order_id, generation, model, nudge_id, kind, campaign_id, cart_id, step, channel, evidence, window_ms, currency,
        gross_minor, refunds_minor, net_minor, discount_minor, ordered_at, made_at, rules_version, inputs)
    SELECT shop_id, order_id, 0, model, nudge_id, 'attributed', campaign_id, cart_id, step, channel, evidence, window_ms, currency,
        gross_minor, refunds_minor, net_minor, discount_minor, ordered_at, made_at, rules_version, inputs FROM credits;
DROP TABLE credits;
-- Model first: an index that began with the generation would be taken for looking up orders by planners that know no sizes yet.
CREATE INDEX credit_ledger_by_time ON credit_ledger (shop_id, model, generation, ordered_at);
CREATE INDEX credit_ledger_by_cart ON credit_ledger (shop_id, cart_id);
CREATE INDEX credit_ledger_by_nudge ON credit_ledger (shop_id, nudge_id);

ALTER TABLE shops ADD COLUMN credit_generation BIGINT NOT NULL DEFAULT 0;    -- the one that is whole
ALTER TABLE shops ADD COLUMN credit_model TEXT NOT NULL DEFAULT 'last_touch'; -- by which headlines are told

-- What was earned, by the generation that is whole: what everything reads that asks for credits.
CREATE VIEW credits AS
    SELECT k.shop_id, k.order_id, k.model, k.nudge_id, k.campaign_id, k.cart_id, k.step, k.channel, k.evidence, k.window_ms, k.currency, k.gross_minor,
        k.refunds_minor, k.net_minor, k.discount_minor, k.ordered_at, k.made_at, k.rules_version, k.inputs
    FROM credit_ledger k JOIN shops s ON s.id = k.shop_id AND s.credit_generation = k.generation WHERE k.kind = 'attributed';

-- Working credits out anew: how far it is. The last one of a store; one that is asked for meanwhile takes its place.
CREATE TABLE credit_runs (
    shop_id UUID NOT NULL,
    generation BIGINT NOT NULL,          -- the one that grows
    why TEXT NOT NULL,
    former TEXT NOT NULL,                -- JSON: what the generation that is whole goes on by, where it differs from what holds now
    after_id UUID,                       -- the last order that was looked at
    total BIGINT,                        -- how many orders there were when it began; none: not counted yet
    done BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    ended_at BIGINT,                     -- when it took the other's place
    cleared_at BIGINT,                   -- when the last of the former rows was gone
    PRIMARY KEY (shop_id)
);
CREATE INDEX credit_runs_open ON credit_runs (asked_at) WHERE cleared_at IS NULL;
-- The rules are others than those by which what is there was worked out.
INSERT INTO credit_runs (shop_id, generation, why, former, done, asked_at)
    SELECT s.id, 1, 'the rules of attribution changed', '{}', 0, 0 FROM shops s WHERE EXISTS (SELECT 1 FROM orders o WHERE o.shop_id = s.id);

-- Orders are looked through by the thousand: what ties one to a nudge must not have to be read out of its facts.
ALTER TABLE orders ADD COLUMN marker TEXT;
UPDATE orders SET marker = facts::jsonb ->> 'marker' WHERE facts LIKE '%"marker":"%';
CREATE INDEX order_tokens_by_order ON order_tokens (shop_id, order_id);
CREATE INDEX carts_by_merge ON carts (shop_id, merged_into) WHERE merged_into IS NOT NULL;

-- By which way somebody came to an order, or to a cart that ended without one: channels by time, with arrows between. Holds no person.
CREATE TABLE journeys (
    shop_id UUID NOT NULL,
    of_kind TEXT NOT NULL,               -- order | cart
    of_id UUID NOT NULL,
    ended_at BIGINT NOT NULL,
    day BIGINT NOT NULL,                 -- days since 1970, in the store's zone
    path TEXT NOT NULL,                  -- by channel
    campaign_path TEXT NOT NULL,         -- by channel and campaign
    currency TEXT NOT NULL,
    value_minor BIGINT NOT NULL,
    last_utm TEXT,                       -- JSON: source, medium and campaign of the advertisement that brought them last; none: none did
    PRIMARY KEY (shop_id, of_kind, of_id)
);
CREATE INDEX journeys_by_ad ON journeys (shop_id, day) WHERE last_utm IS NOT NULL;
CREATE INDEX journeys_by_day ON journeys (shop_id, day, currency, path);
CREATE INDEX journeys_by_id ON journeys (shop_id, of_id);
-- The same counted by the store's days, kept beside it.
CREATE TABLE journey_paths (
    shop_id UUID NOT NULL,
    scope TEXT NOT NULL,                 -- channel | campaign
    day BIGINT NOT NULL,                 -- days since 1970, in the store's zone
    currency TEXT NOT NULL,
    path TEXT NOT NULL,
    orders BIGINT NOT NULL,
    value_minor BIGINT NOT NULL,
    nulls BIGINT NOT NULL,
    PRIMARY KEY (shop_id, scope, day, currency, path)
);

-- Journeys are looked after apart from intake: what changed says so.
ALTER TABLE orders ADD COLUMN journey_kept BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX orders_without_journey ON orders (shop_id, id) WHERE journey_kept = FALSE;
ALTER TABLE carts ADD COLUMN journey_kept BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX carts_ended ON carts (shop_id, id) WHERE state = 'lost' AND journey_kept = FALSE;
CREATE INDEX carts_back ON carts (shop_id, id) WHERE state <> 'lost' AND journey_kept = TRUE;
-- How often counts of journeys changed: an answer that was worked out of them is good for as long as they didn't.
ALTER TABLE shops ADD COLUMN journeys_version BIGINT NOT NULL DEFAULT 0;
