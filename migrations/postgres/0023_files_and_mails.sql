-- What people note on the time axis, what advertising cost, who gets figures by mail; and views for tools that read the database themselves.
CREATE TABLE annotations (
    shop_id UUID NOT NULL,
    id UUID NOT NULL,
    at BIGINT NOT NULL,                 -- to when it belongs
    note TEXT NOT NULL,
    made_by TEXT NOT NULL,               -- a user's or token's id, or `cli`
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX annotations_by_time ON annotations (shop_id, at);

CREATE TABLE ad_costs (
    shop_id UUID NOT NULL,
    day TEXT NOT NULL,                   -- as the ad platform counts it: 2026-07-01
    utm_source TEXT NOT NULL,
    utm_medium TEXT NOT NULL,            -- empty: none
    utm_campaign TEXT NOT NULL,          -- empty: none
    currency TEXT NOT NULL,
    cost_minor BIGINT NOT NULL,
    clicks BIGINT,                      -- none: not told
    impressions BIGINT,                 -- none: not told
    told_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, day, utm_source, utm_medium, utm_campaign, currency)
);

CREATE TABLE digest_wishes (
    shop_id UUID NOT NULL,
    user_id UUID NOT NULL,
    rhythm TEXT NOT NULL,                -- weekly | monthly
    since BIGINT NOT NULL,
    PRIMARY KEY (shop_id, user_id, rhythm)
);

CREATE TABLE digest_mails (
    shop_id UUID NOT NULL,
    user_id UUID NOT NULL,
    rhythm TEXT NOT NULL,
    first_day TEXT NOT NULL,             -- of the days that it is about
    state TEXT NOT NULL,                 -- making | sending | sent | failed | unknown
    lease_by TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    reason TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, user_id, rhythm, first_day)
);

-- For tools that make reports (docs/operations.md, "Business intelligence"): instants as TIMESTAMPTZ, amounts as decimals in their currency's main unit. Ids
-- stand for shoppers: nothing here names one, and nothing shows what was written to them. Hidden twins of canaries are no stores, and in no view.
CREATE SCHEMA reporting;

-- The decimals of ISO 4217: every currency has two but these.
CREATE FUNCTION reporting.decimals(currency TEXT) RETURNS INTEGER LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF',
            'XAG', 'XAU', 'XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XPD', 'XPT', 'XSU', 'XTS', 'XUA', 'XXX') THEN 0
        WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
        WHEN currency IN ('CLF', 'UYW') THEN 4
        ELSE 2
    END
$$;
CREATE FUNCTION reporting.amount(minor BIGINT, currency TEXT) RETURNS NUMERIC LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT ROUND(minor::NUMERIC / (10::NUMERIC ^ reporting.decimals(currency)), reporting.decimals(currency))
$$;
CREATE FUNCTION reporting.instant(ms BIGINT) RETURNS TIMESTAMPTZ LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT TIMESTAMPTZ 'epoch' + ms * INTERVAL '1 millisecond'
$$;

CREATE VIEW reporting.shops AS
    SELECT id AS shop_id, name, platform, domain, currency, timezone, status, reporting.instant(created_at) AS created_at
    FROM shops WHERE canary_of IS NULL AND status <> 'removed';

CREATE VIEW reporting.orders AS
    SELECT o.shop_id, o.id AS order_id, o.platform_id, o.contact_id, reporting.instant(o.ordered_at) AS ordered_at, o.currency,
        reporting.amount(o.gross_minor, o.currency) AS gross, reporting.amount(o.refunds_minor, o.currency) AS refunds,
        reporting.amount(o.net_minor, o.currency) AS net, o.test, o.cancelled
    FROM orders o JOIN reporting.shops s ON s.shop_id = o.shop_id;

CREATE VIEW reporting.carts AS
    SELECT c.shop_id, c.id AS cart_id, c.contact_id, c.state, c.stage, c.currency, reporting.amount(c.value_minor, c.currency) AS value,
        reporting.instant(c.started_at) AS started_at, reporting.instant(c.active_at) AS active_at, reporting.instant(c.abandoned_at) AS abandoned_at,
        reporting.instant(c.purchased_at) AS purchased_at, c.recovered, c.bot_score
    FROM carts c JOIN reporting.shops s ON s.shop_id = c.shop_id WHERE c.merged_into IS NULL;

CREATE VIEW reporting.campaigns AS
    SELECT c.shop_id, c.id AS campaign_id, c.spec::JSONB ->> 'name' AS name, c.status, c.version, reporting.instant(c.created_at) AS created_at
    FROM campaigns c JOIN reporting.shops s ON s.shop_id = c.shop_id;

CREATE VIEW reporting.enrolments AS
    SELECT e.shop_id, e.id AS enrolment_id, e.campaign_id, e.version, e.cart_id, e.contact_id, e.arm, e.path,
        reporting.instant(e.abandoned_at) AS abandoned_at, reporting.instant(e.counted_at) AS counted_at
    FROM enrolments e JOIN reporting.shops s ON s.shop_id = e.shop_id;

CREATE VIEW reporting.nudges AS
    SELECT n.shop_id, n.id AS nudge_id, n.enrolment_id, n.campaign_id, n.cart_id, n.contact_id, n.step + 1 AS step, n.variant, n.channel, n.state,
        n.reason AS rule, n.provider, n.attempts, reporting.instant(n.due_at) AS due_at, reporting.instant(n.sent_at) AS sent_at,
        reporting.instant(n.delivered_at) AS delivered_at, n.fate
    FROM nudges n JOIN reporting.shops s ON s.shop_id = n.shop_id;

CREATE VIEW reporting.messages AS
    SELECT m.shop_id, m.nudge_id, m.template_key, m.template_version, reporting.instant(m.rendered_at) AS rendered_at
    FROM messages m JOIN reporting.shops s ON s.shop_id = m.shop_id;

CREATE VIEW reporting.consents AS
    SELECT c.shop_id, c.contact_id, c.channel, c.state, reporting.instant(c.at) AS at
    FROM consents c JOIN reporting.shops s ON s.shop_id = c.shop_id;

CREATE VIEW reporting.ad_costs AS
    SELECT a.shop_id, a.day::DATE AS day, a.utm_source, a.utm_medium, a.utm_campaign, a.currency, reporting.amount(a.cost_minor, a.currency) AS cost,
        a.clicks, a.impressions
    FROM ad_costs a JOIN reporting.shops s ON s.shop_id = a.shop_id;

CREATE VIEW reporting.touches AS
    SELECT t.shop_id, t.id AS touch_id, t.nudge_id, t.campaign_id, t.cart_id, t.contact_id, t.kind, reporting.instant(t.at) AS at, t.human
    FROM touches t JOIN reporting.shops s ON s.shop_id = t.shop_id;

-- Of credits.
CREATE VIEW reporting.credits AS
    SELECT c.shop_id, c.order_id, c.model, c.nudge_id, c.campaign_id, c.cart_id, c.step + 1 AS step, c.channel, c.evidence, c.currency,
        reporting.amount(c.gross_minor, c.currency) AS gross, reporting.amount(c.refunds_minor, c.currency) AS refunds,
        reporting.amount(c.net_minor, c.currency) AS net, reporting.amount(c.discount_minor, c.currency) AS discount,
        reporting.instant(c.ordered_at) AS ordered_at
    FROM credits c JOIN reporting.shops s ON s.shop_id = c.shop_id;

CREATE VIEW reporting.daily_revenue AS
    SELECT c.shop_id, (reporting.instant(c.ordered_at) AT TIME ZONE s.timezone)::DATE AS day, c.model, c.currency, COUNT(DISTINCT c.order_id) AS orders,
        reporting.amount(SUM(c.gross_minor)::BIGINT, c.currency) AS gross, reporting.amount(SUM(c.refunds_minor)::BIGINT, c.currency) AS refunds,
        reporting.amount(SUM(c.net_minor)::BIGINT, c.currency) AS net
    FROM credits c JOIN reporting.shops s ON s.shop_id = c.shop_id
    GROUP BY c.shop_id, (reporting.instant(c.ordered_at) AT TIME ZONE s.timezone)::DATE, c.model, c.currency;
