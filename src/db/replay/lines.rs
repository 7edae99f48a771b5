//! What is compared, kind by kind: each row as one line of JSON under a key that doesn't depend on chance, by the same statement on both sides.
//!
//! Left out, because they are no facts: ids of contacts, orders, enrolments, events and decisions (chance), `created_at`, `updated_at` and `made_at` (when a
//! row was written), marks of carts (what scores are worked out from), `wake_at` and leases (when a worker is to look next; a look that changes nothing isn't recorded). Messages as sent, deliveries, clicks,
//! templates and requests are not compared: nothing rebuilds them, everything else is rebuilt from them.

use crate::db::{Db, DbError, json_ids};
use crate::domain::ids::ShopId;
use crate::domain::nudge::RULES_VERSION;
use futures_util::TryStreamExt as _;
use std::cmp::Ordering;
use std::collections::HashSet;
use uuid::Uuid;

/// Something that is compared.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// As the answer names it.
    pub name: &'static str,
    sql: &'static str,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// The same on both sides; may name a person.
    pub key: String,
    /// Which row, in hexadecimal or by the platform's id; names nobody.
    pub id: String,
    /// A JSON object.
    pub value: String,
}

/// A contact by the first of its identities, which no other has.
macro_rules! contact {
    ($id:literal) => {
        concat!("(SELECT MIN(i.kind || ' ' || i.value) FROM contact_identities i WHERE i.shop_id = $1 AND i.contact_id = ", $id, ")")
    };
}

/// JSON as it is kept, or, where it was damaged, as a text.
macro_rules! json {
    ($column:literal) => {
        concat!("JSON(CASE WHEN JSON_VALID(", $column, ") THEN ", $column, " ELSE JSON_QUOTE(", $column, ") END)")
    };
}

/// What has to do with a person who was erased can't be rebuilt.
macro_rules! not_skipped {
    ($kind:literal, $id:literal) => {
        concat!($id, " NOT IN (SELECT s.id FROM replay_skip s WHERE s.shop_id = $1 AND s.kind = '", $kind, "')")
    };
}

/// A cart begun near one of a person who was erased: what spoke of both can't be worked out any more.
macro_rules! beside_erased {
    () => {
        "EXISTS (SELECT 1 FROM cart_traces t WHERE t.shop_id = $1 AND t.begun_at BETWEEN c.started_at - 3600000 AND c.started_at + 3600000
            AND LOWER(HEX(t.cart_id)) IN (SELECT s.id FROM replay_skip s WHERE s.shop_id = $1 AND s.kind = 'cart'))"
    };
}

impl Kind {
    /// Everything that is compared; what comes first is what the others follow from.
    pub const ALL: [Self; 19] = [
        Self {
            name: "settings",
            sql: "SELECT 'store' AS key, LOWER(HEX(id)) AS id, JSON_OBJECT('status', status, 'uninstalled_at', uninstalled_at, 'abandon_after_ms', abandon_after_ms) AS value
                FROM shops WHERE id = $1
                UNION ALL SELECT 'campaign ' || LOWER(HEX(id)), LOWER(HEX(id)), JSON_OBJECT('status', status, 'version', version) FROM campaigns WHERE shop_id = $1
                UNION ALL SELECT PRINTF('policy %08d', version), 'policy', JSON_OBJECT('spec', spec, 'set_at', set_at) FROM shop_policies WHERE shop_id = $1
                ORDER BY 1",
        },
        Self {
            name: "contacts",
            sql: concat!(
                "SELECT ", contact!("c.id"), " AS key, LOWER(HEX(c.id)) AS id, JSON_OBJECT('identities',
                    (SELECT JSON_GROUP_ARRAY(kind || ' ' || value) FROM (SELECT * FROM contact_identities i WHERE i.shop_id = $1 AND i.contact_id = c.id ORDER BY kind, value)),
                    'facts', ", json!("c.facts"), ") AS value
                FROM contacts c WHERE c.shop_id = $1 AND c.merged_into IS NULL AND ", not_skipped!("contact", "LOWER(HEX(c.id))"), "
                    AND EXISTS (SELECT 1 FROM contact_identities i WHERE i.shop_id = $1 AND i.contact_id = c.id) ORDER BY 1"
            ),
        },
        Self {
            name: "consents",
            sql: concat!(
                "SELECT ", contact!("c.contact_id"), " || ' ' || c.channel AS key, LOWER(HEX(c.contact_id)) AS id,
                    JSON_OBJECT('state', c.state, 'at', c.at, 'source', c.source) AS value
                FROM consents c WHERE c.shop_id = $1 AND EXISTS (SELECT 1 FROM contact_identities i WHERE i.shop_id = $1 AND i.contact_id = c.contact_id) ORDER BY 1"
            ),
        },
        Self {
            name: "consent ledger",
            sql: concat!(
                "SELECT ", contact!("l.contact_id"), " || ' ' || l.channel || ' ' || l.at || ' ' || l.state || ' ' || l.learned_at || ' ' || l.method || ' ' || l.place || ' '
                        || CASE l.cause WHEN 'delivery' THEN LOWER(HEX(l.cause_id)) ELSE l.cause END AS key, LOWER(HEX(l.contact_id)) AS id,
                    JSON_OBJECT('source', l.source, 'shown', l.shown, 'proof', l.proof, 'address', l.address) AS value
                FROM consent_log l WHERE l.shop_id = $1 AND l.cause <> 'earlier' AND ", not_skipped!("ledger", "LOWER(HEX(l.cause_id))"), " AND ",
                not_skipped!("delivery", "LOWER(HEX(l.cause_id))"),
                " AND EXISTS (SELECT 1 FROM contact_identities i WHERE i.shop_id = $1 AND i.contact_id = l.contact_id) ORDER BY 1"
            ),
        },
        Self {
            name: "suppressions",
            sql: "SELECT channel || ' ' || address AS key, channel AS id, JSON_OBJECT('reason', reason, 'created_at', created_at) AS value
                FROM suppressions WHERE shop_id = $1 ORDER BY 1",
        },
        Self {
            name: "carts",
            sql: concat!(
                "SELECT LOWER(HEX(c.id)) AS key, LOWER(HEX(c.id)) AS id, JSON_OBJECT('contact', ", contact!("c.contact_id"), ", 'state', c.state, 'stage', c.stage,
                    'value_minor', c.value_minor, 'currency', c.currency, 'started_at', c.started_at, 'active_at', c.active_at, 'abandoned_at', c.abandoned_at,
                    'purchased_at', c.purchased_at, 'recovered', c.recovered, 'merged_into', LOWER(HEX(c.merged_into)), 'tokens',
                    (SELECT JSON_GROUP_ARRAY(kind || ' ' || token) FROM (SELECT * FROM cart_tokens t WHERE t.shop_id = $1 AND t.cart_id = c.id ORDER BY kind, token)),
                    'facts', JSON_REMOVE(", json!("c.facts"), ", '$.marks'), 'fake', c.fake, 'stopped', c.stopped, 'bot', CASE WHEN ", beside_erased!(), " THEN NULL
                        ELSE JSON_OBJECT('score', c.bot_score, 'reasons', JSON(c.bot_reasons), 'at', c.bot_at) END) AS value
                FROM carts c WHERE c.shop_id = $1 AND ", not_skipped!("cart", "LOWER(HEX(c.id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "orders",
            sql: concat!(
                "SELECT o.platform_id AS key, o.platform_id AS id, JSON_OBJECT('name', o.name, 'contact', ", contact!("o.contact_id"), ", 'ordered_at', o.ordered_at,
                    'currency', o.currency, 'gross_minor', o.gross_minor, 'refunds_minor', o.refunds_minor, 'net_minor', o.net_minor, 'kept_minor', o.kept_minor, 'test', o.test,
                    'cancelled', o.cancelled, 'facts', ", json!("o.facts"), ") AS value
                FROM orders o WHERE o.shop_id = $1 AND ", not_skipped!("order", "o.platform_id"), " ORDER BY 1"
            ),
        },
        Self {
            name: "events",
            sql: concat!(
                "SELECT LOWER(HEX(e.delivery_id)) || PRINTF(' %04d', ROW_NUMBER() OVER (PARTITION BY e.delivery_id ORDER BY e.id)) AS key,
                    LOWER(HEX(e.delivery_id)) AS id, JSON_OBJECT('at', e.at, 'name', e.name, 'summary', e.summary, 'cart', LOWER(HEX(e.cart_id)),
                    'contact', ", contact!("e.contact_id"), ",
                    'order', (SELECT o.platform_id FROM orders o WHERE o.shop_id = $1 AND o.id = e.order_id)) AS value
                FROM events e WHERE e.shop_id = $1 AND ", not_skipped!("delivery", "LOWER(HEX(e.delivery_id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "enrolments",
            sql: concat!(
                "SELECT LOWER(HEX(e.cart_id)) || ' ' || LOWER(HEX(e.campaign_id)) AS key, LOWER(HEX(e.cart_id)) AS id, JSON_OBJECT('version', e.version,
                    'contact', ", contact!("e.contact_id"), ", 'arm', e.arm, 'abandoned_at', e.abandoned_at, 'superseded_by', LOWER(HEX(e.superseded_by))) AS value
                FROM enrolments e WHERE e.shop_id = $1 AND ", not_skipped!("cart", "LOWER(HEX(e.cart_id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "nudges",
            sql: concat!(
                "SELECT LOWER(HEX(n.cart_id)) || ' ' || LOWER(HEX(n.campaign_id)) || PRINTF(' %04d', n.step) AS key, LOWER(HEX(n.id)) AS id,
                    JSON_OBJECT('channel', n.channel, 'contact', ", contact!("n.contact_id"), ", 'state', n.state, 'due_at', n.due_at, 'hurried', n.hurried, 'reason', n.reason,
                    'attempts', n.attempts, 'short_code', n.short_code, 'provider', n.provider, 'provider_id', n.provider_id, 'sent_at', n.sent_at,
                    'delivered_at', n.delivered_at, 'fate', n.fate, 'fate_at', n.fate_at, 'fate_reason', n.fate_reason) AS value
                FROM nudges n WHERE n.shop_id = $1 AND ", not_skipped!("cart", "LOWER(HEX(n.cart_id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "receipts",
            sql: concat!(
                "SELECT LOWER(HEX(r.id)) AS key, LOWER(HEX(r.nudge_id)) AS id, JSON_OBJECT('nudge', LOWER(HEX(r.nudge_id)), 'channel', r.channel, 'provider', r.provider,
                    'provider_id', r.provider_id, 'recipient', r.recipient, 'fate', r.fate, 'reason', r.reason, 'at', r.at, 'forgiven', r.forgiven) AS value
                FROM receipts r JOIN nudges n ON n.shop_id = $1 AND n.id = r.nudge_id WHERE r.shop_id = $1 AND ", not_skipped!("cart", "LOWER(HEX(n.cart_id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "replies",
            sql: "SELECT LOWER(HEX(r.id)) AS key, LOWER(HEX(r.id)) AS id, JSON_OBJECT('channel', r.channel, 'provider', r.provider, 'sender', r.sender, 'written', r.written,
                    'meant', r.meant, 'because', r.because, 'at', r.at, 'heard_at', r.heard_at, 'forgiven', r.forgiven) AS value
                FROM replies r WHERE r.shop_id = $1 ORDER BY 1",
        },
        Self {
            name: "decisions",
            sql: concat!(
                "SELECT LOWER(HEX(d.cart_id)) || ' ' || COALESCE(LOWER(HEX(d.nudge_id)), '') || PRINTF(' %015d %04d', d.at,
                    ROW_NUMBER() OVER (PARTITION BY d.cart_id, d.nudge_id, d.at ORDER BY d.id)) AS key, LOWER(HEX(COALESCE(d.nudge_id, d.cart_id))) AS id,
                    JSON_OBJECT('at', d.at, 'outcome', d.outcome, 'rule', d.rule, 'why', d.why, 'inputs', ", json!("d.inputs"), ") AS value
                FROM decisions d WHERE d.shop_id = $1 AND d.rules_version = $2 AND ", not_skipped!("cart", "LOWER(HEX(d.cart_id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "credits",
            sql: concat!(
                "SELECT o.platform_id || ' ' || k.model || ' ' || LOWER(HEX(k.nudge_id)) AS key, o.platform_id AS id, JSON_OBJECT('campaign', LOWER(HEX(k.campaign_id)),
                    'cart', LOWER(HEX(k.cart_id)), 'step', k.step, 'channel', k.channel, 'evidence', k.evidence, 'window_ms', k.window_ms, 'currency', k.currency,
                    'gross_minor', k.gross_minor, 'refunds_minor', k.refunds_minor, 'net_minor', k.net_minor, 'discount_minor', k.discount_minor, 'ordered_at', k.ordered_at,
                    'rules_version', k.rules_version, 'inputs', ", json!("k.inputs"), ") AS value
                FROM credits k JOIN orders o ON o.shop_id = $1 AND o.id = k.order_id WHERE k.shop_id = $1 AND ", not_skipped!("credit", "o.platform_id"), "
                    AND ", not_skipped!("order", "o.platform_id"), " AND ", not_skipped!("cart", "LOWER(HEX(k.cart_id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "influence",
            sql: concat!(
                "SELECT o.platform_id || ' ' || k.model || ' ' || LOWER(HEX(k.nudge_id)) AS key, o.platform_id AS id, JSON_OBJECT('campaign', LOWER(HEX(k.campaign_id)),
                    'cart', LOWER(HEX(k.cart_id)), 'step', k.step, 'channel', k.channel, 'evidence', k.evidence, 'window_ms', k.window_ms, 'currency', k.currency,
                    'gross_minor', k.gross_minor, 'refunds_minor', k.refunds_minor, 'net_minor', k.net_minor, 'discount_minor', k.discount_minor, 'ordered_at', k.ordered_at,
                    'rules_version', k.rules_version, 'inputs', ", json!("k.inputs"), ") AS value
                FROM credit_ledger k JOIN shops s ON s.id = k.shop_id AND s.credit_generation = k.generation JOIN orders o ON o.shop_id = $1 AND o.id = k.order_id
                WHERE k.shop_id = $1 AND k.kind = 'influenced' AND ", not_skipped!("credit", "o.platform_id"), "
                    AND ", not_skipped!("order", "o.platform_id"), " AND ", not_skipped!("cart", "LOWER(HEX(k.cart_id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "outcomes",
            sql: concat!(
                "SELECT LOWER(HEX(e.cart_id)) || ' ' || LOWER(HEX(l.campaign_id)) || PRINTF(' %04d', l.step + 1) AS key, LOWER(HEX(e.cart_id)) AS id,
                    JSON_OBJECT('stratum', l.stratum, 'arm', l.arm, 'at', l.at, 'day', l.day, 'converted', l.converted, 'elsewhere', l.elsewhere,
                    'net_minor', l.net_minor, 'before_minor', l.before_minor) AS value
                FROM lift_outcomes l JOIN enrolments e ON e.shop_id = $1 AND e.id = l.enrolment_id WHERE l.shop_id = $1 AND ",
                not_skipped!("cart", "LOWER(HEX(e.cart_id))"), " ORDER BY 1"
            ),
        },
        Self {
            name: "catalogue",
            sql: concat!(
                "SELECT 'product ' || product_id AS key, product_id AS id, ", json!("facts"), " AS value FROM catalogue_products WHERE shop_id = $1
                UNION ALL SELECT 'variant ' || variant_id, variant_id, ", json!("facts"), " FROM catalogue_variants WHERE shop_id = $1
                UNION ALL SELECT 'price ' || variant_id || ' ' || at, variant_id, JSON_OBJECT('currency', currency, 'minor', minor, 'name', name) FROM catalogue_prices
                WHERE shop_id = $1 ORDER BY 1"
            ),
        },
        Self {
            name: "discounts used",
            sql: concat!(
                "SELECT o.platform_id || ' ' || u.code AS key, o.platform_id AS id, JSON_OBJECT('used_at', u.used_at) AS value
                FROM discount_uses u JOIN orders o ON o.shop_id = $1 AND o.id = u.order_id WHERE u.shop_id = $1 AND ",
                not_skipped!("order", "o.platform_id"), " ORDER BY 1"
            ),
        },
        // Credits that name no order, which the comparison above can't see.
        Self {
            name: "credits without an order",
            sql: "SELECT LOWER(HEX(k.order_id)) || k.model || LOWER(HEX(k.nudge_id)) AS key, LOWER(HEX(k.order_id)) AS id, JSON_OBJECT('net_minor', k.net_minor) AS value
                FROM credits k WHERE k.shop_id = $1 AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.shop_id = $1 AND o.id = k.order_id) ORDER BY 1",
        },
    ];
}

/// Which of these nudges are for carts begun near one of a person who was erased.
///
/// # Errors
/// `Unavailable`.
pub async fn beside_erased(given: &Db, shop: ShopId, nudges: &[Uuid]) -> Result<HashSet<Uuid>, DbError> {
    const SQL: &str = concat!(
        "SELECT n.id FROM nudges n JOIN carts c ON c.shop_id = $1 AND c.id = n.cart_id
        WHERE n.shop_id = $1 AND n.id IN (SELECT UNHEX(value) FROM json_each($2)) AND ",
        beside_erased!()
    );
    let rows: Vec<Uuid> = on_db!(given, c => sqlx::query_scalar(SQL).bind(shop.0).bind(json_ids(nudges)).fetch_all(c).await?);
    Ok(rows.into_iter().collect())
}

/// Walks both sides of a kind in the order of their keys, and hands over each row, or pair of rows.
///
/// # Errors
/// `Unavailable`, `Refused` where JSON that is stored isn't any.
pub async fn for_each_pair(
    kind: Kind,
    (given, rebuilt): (&Db, &Db),
    shop: ShopId,
    mut each: impl FnMut(Option<&Line>, Option<&Line>),
) -> Result<(), DbError> {
    let (Db::Sqlite { read: given, .. }, Db::Sqlite { read: rebuilt, .. }) = (given, rebuilt) else {
        return Err(DbError::Corrupt("two SQLite databases are compared".into()));
    };
    let rules = i64::from(RULES_VERSION);
    let mut left = sqlx::query_as::<_, Line>(kind.sql).bind(shop.0).bind(rules).fetch(given);
    let mut right = sqlx::query_as::<_, Line>(kind.sql).bind(shop.0).bind(rules).fetch(rebuilt);
    let (mut a, mut b) = (left.try_next().await?, right.try_next().await?);
    loop {
        let order = match (&a, &b) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.key.cmp(&b.key),
        };
        each(a.as_ref().filter(|_| order.is_le()), b.as_ref().filter(|_| order.is_ge()));
        if order.is_le() {
            a = left.try_next().await?;
        }
        if order.is_ge() {
            b = right.try_next().await?;
        }
    }
}
