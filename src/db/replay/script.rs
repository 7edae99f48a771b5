//! In which order things happened: every recorded moment at which something was decided or came from outside.

use crate::db::{Db, DbError, instant, word};
use crate::domain::campaign::MOVED;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, NudgeId, ShopId};
use crate::domain::nudge::{HURRIED_BY_HAND, RESUMED_BY_HAND, STOPPED_BY_HAND};
use crate::domain::receipt::{BOUNCED, TOLD};
use jiff::Timestamp;
use uuid::Uuid;

/// A provider's refusal suppresses an address for one of these reasons.
const REFUSED: &str = "'the address can''t be reached', 'the shopper opted out at the provider'";

/// These follow from what providers told and shoppers wrote back, which is applied again.
const HEARD: &str = "(SUBSTR(s.reason, 1, 9) IN ('replied: ', 'bounced: ') OR SUBSTR(s.reason, 1, 11) IN ('opted out: ', 'complained:'))";

/// A suppression `s` of somebody who was erased.
const ORPHAN: &str =
    "EXISTS (SELECT 1 FROM replay_skip k WHERE k.shop_id = $1 AND k.kind = 'suppression' AND k.id = s.channel || ' ' || s.address)";

/// A cancellation that follows from nothing else that is done again: after a restore, by a person's or provider's word about a message in doubt.
const BY_ITSELF: &str = "(rule = 'expired'
    OR (nudge_id, at) IN (SELECT r.nudge_id, r.at FROM decisions r WHERE r.shop_id = $1 AND r.rule IN ('never_reached_provider', 'merchant_says_send'))
    OR (rule = 'suppressed' AND at IN (SELECT r.at FROM decisions r WHERE r.shop_id = $1 AND r.rule = 'provider_refused_it')))";

/// One moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its place.
    pub seq: i64,
    /// Which row tells of it.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// `apply`, `plan`, `move`, `claim`, `answer`, `refused`, `recorded`, `touch`, `request`, `suppression`, `refusal`, `audit`.
    pub kind: String,
    /// About which cart or nudge.
    pub about: Option<Uuid>,
}

/// Puts a store's moments in order, in `given`, and notes what can't be compared. Ids are made in order, and each within the transaction that it tells of;
/// webhooks that were applied before batches were kept have the place of the first event that came of them.
///
/// # Errors
/// `Unavailable`.
pub async fn build(given: &Db, shop: ShopId, (rules, credits): (u32, u32)) -> Result<(), DbError> {
    const BATCHES: &str = "UPDATE deliveries SET batch_id = COALESCE((SELECT MIN(e.id) FROM events e WHERE e.shop_id = $1 AND e.delivery_id = deliveries.id), id)
        WHERE shop_id = $1 AND state = 'applied' AND batch_id IS NULL";
    const SKIP: [&str; 7] = [
        "INSERT OR IGNORE INTO replay_skip SELECT $1, 'delivery', LOWER(HEX(id)) FROM deliveries WHERE shop_id = $1 AND LENGTH(body) = 0",
        "INSERT OR IGNORE INTO replay_skip SELECT $1, 'cart', LOWER(HEX(id)) FROM carts WHERE shop_id = $1 AND (state = 'erased'
            OR id IN (SELECT e.cart_id FROM events e JOIN deliveries d ON d.shop_id = $1 AND d.id = e.delivery_id WHERE e.shop_id = $1 AND LENGTH(d.body) = 0))",
        "INSERT OR IGNORE INTO replay_skip SELECT $1, 'cart', LOWER(HEX(id)) FROM carts WHERE shop_id = $1
            AND LOWER(HEX(merged_into)) IN (SELECT id FROM replay_skip WHERE shop_id = $1 AND kind = 'cart')",
        // What was applied before the ledger was kept has no rows there.
        "INSERT OR IGNORE INTO replay_skip SELECT $1, 'ledger', LOWER(HEX(id)) FROM deliveries WHERE shop_id = $1
            AND applied_at <= (SELECT MAX(learned_at) FROM consent_log WHERE shop_id = $1 AND cause = 'earlier')",
        "INSERT OR IGNORE INTO replay_skip SELECT $1, 'contact', LOWER(HEX(id)) FROM contacts WHERE shop_id = $1 AND erased_at IS NOT NULL",
        "INSERT OR IGNORE INTO replay_skip SELECT $1, 'order', o.platform_id FROM orders o WHERE o.shop_id = $1 AND (
            LOWER(HEX(o.contact_id)) IN (SELECT id FROM replay_skip WHERE shop_id = $1 AND kind = 'contact')
            OR o.id IN (SELECT e.order_id FROM events e JOIN deliveries d ON d.shop_id = $1 AND d.id = e.delivery_id WHERE e.shop_id = $1 AND LENGTH(d.body) = 0))",
        // What is still to be worked out anew after the store changed what it counts.
        "INSERT OR IGNORE INTO replay_skip SELECT $1, 'order', o.platform_id FROM orders o WHERE o.shop_id = $1 AND o.basis_version < (SELECT s.money_settings_version FROM shops s WHERE s.id = $1)",
    ];
    // What an erased person asked for, or their provider refused, can't be done again: only what came of it is there.
    const ORPHANS: &str = "INSERT OR IGNORE INTO replay_skip SELECT $1, 'suppression', s.channel || ' ' || s.address FROM suppressions s WHERE s.shop_id = $1 AND (
        EXISTS (SELECT 1 FROM decisions d JOIN replay_skip k ON k.shop_id = $1 AND k.kind = 'cart' AND k.id = LOWER(HEX(d.cart_id))
            WHERE d.shop_id = $1 AND d.outcome = 'refused' AND d.at = s.created_at)
        OR EXISTS (SELECT 1 FROM requests r JOIN nudges n ON n.shop_id = $1 AND n.id = r.nudge_id
            JOIN replay_skip k ON k.shop_id = $1 AND k.kind = 'cart' AND k.id = LOWER(HEX(n.cart_id))
            WHERE r.shop_id = $1 AND r.kind = 'opt_out' AND r.at = s.created_at))";
    // The same of what was told about their addresses and what they wrote back: it goes with them.
    const UNHEARD: &str = "INSERT OR IGNORE INTO replay_skip SELECT $1, 'suppression', s.channel || ' ' || s.address FROM suppressions s WHERE s.shop_id = $1 AND (SAID)
        AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.shop_id = $1 AND r.recipient = s.address)
        AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.shop_id = $1 AND (r.sender = s.address OR r.heard_at = s.created_at))";
    const OLDER: &str = "INSERT OR IGNORE INTO replay_skip SELECT $1, 'credit', o.platform_id FROM credit_ledger k JOIN orders o ON o.shop_id = $1 AND o.id = k.order_id
        WHERE k.shop_id = $1 AND k.rules_version <> $2";
    let script = format!(
        "INSERT INTO replay_script (shop_id, id, at, kind, about) SELECT $1, id, at, kind, about FROM (
            SELECT batch_id AS id, MIN(applied_at) AS at, 'apply' AS kind, NULL AS about FROM deliveries
                WHERE shop_id = $1 AND state = 'applied' AND LENGTH(body) > 0 GROUP BY batch_id
            UNION ALL SELECT id, at, CASE
                    WHEN rules_version <> $2 THEN 'recorded'
                    WHEN rule = 'provider_refused_it' THEN 'refused'
                    WHEN outcome = 'cancel' AND inputs = '{{}}' THEN 'recorded'
                    WHEN nudge_id IS NULL AND outcome = 'planned' AND rule = '{MOVED}' THEN 'move'
                    WHEN nudge_id IS NULL AND outcome IN ('planned', 'not_planned') THEN 'plan'
                    WHEN nudge_id IS NULL THEN 'recorded'
                    WHEN outcome IN ('send', 'postpone', 'switch', 'cancel') THEN 'claim'
                    WHEN outcome IN ('sent', 'refused', 'retry', 'unknown') THEN 'answer'
                    ELSE 'recorded' END, COALESCE(nudge_id, cart_id) FROM decisions
                -- What providers told is applied again, and so what follows from it; so is what people did to a cart.
                WHERE shop_id = $1 AND rule NOT IN ('{TOLD}', '{BOUNCED}', '{STOPPED_BY_HAND}', '{RESUMED_BY_HAND}', '{HURRIED_BY_HAND}') AND NOT (outcome = 'cancel' AND inputs = '{{}}' AND rules_version = $2 AND NOT {BY_ITSELF})
                    AND LOWER(HEX(cart_id)) NOT IN (SELECT id FROM replay_skip WHERE shop_id = $1 AND kind = 'cart')
            UNION ALL SELECT id, at, 'touch', nudge_id FROM touches WHERE shop_id = $1
            UNION ALL SELECT id, at, 'request', nudge_id FROM requests WHERE shop_id = $1
            UNION ALL SELECT UNHEX(PRINTF('%012x', created_at) || '70008000000000000000'), created_at,
                    CASE WHEN (reason IN ({REFUSED}) OR {HEARD}) AND NOT ({ORPHAN}) THEN 'refusal' ELSE 'suppression' END, NULL FROM suppressions s
                WHERE shop_id = $1 AND (reason <> 'unsubscribed' OR {ORPHAN}) AND NOT EXISTS
                    (SELECT 1 FROM requests r WHERE r.shop_id = $1 AND r.kind = 'suppress' AND r.channel = s.channel AND r.address = s.address)
            UNION ALL SELECT id, at, 'audit', NULL FROM audit WHERE shop_id = $1) ORDER BY id"
    );
    let mut tx = given.begin().await?;
    on_tx!(&mut tx, c => sqlx::query(BATCHES).bind(shop.0).execute(c).await?.rows_affected());
    for sql in SKIP {
        on_tx!(&mut tx, c => sqlx::query(sql).bind(shop.0).execute(c).await?.rows_affected());
    }
    on_tx!(&mut tx, c => sqlx::query(OLDER).bind(shop.0).bind(i64::from(credits)).execute(c).await?.rows_affected());
    on_tx!(&mut tx, c => sqlx::query(ORPHANS).bind(shop.0).execute(c).await?.rows_affected());
    let unheard = sqlx::AssertSqlSafe(UNHEARD.replace("SAID", HEARD));
    on_tx!(&mut tx, c => sqlx::query(unheard).bind(shop.0).execute(c).await?.rows_affected());
    let script = sqlx::AssertSqlSafe(script);
    on_tx!(&mut tx, c => sqlx::query(script).bind(shop.0).bind(i64::from(rules)).execute(c).await?.rows_affected());
    tx.commit().await
}

/// The next moments of a store.
///
/// # Errors
/// `Unavailable`.
pub async fn script(given: &Db, shop: ShopId, after: i64, most: i64) -> Result<Vec<Step>, DbError> {
    const SQL: &str = "SELECT seq, id, at, kind, about FROM replay_script WHERE shop_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    let rows: Vec<(i64, Uuid, i64, String, Option<Uuid>)> =
        on_db!(given, c => sqlx::query_as(SQL).bind(shop.0).bind(after).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(seq, id, at, kind, about)| Step { seq, id, at: instant(at), kind, about }).collect())
}

/// The webhooks of a batch, as far as they can be applied again.
///
/// # Errors
/// `Unavailable`.
pub async fn batch(given: &Db, shop: ShopId, batch: Uuid) -> Result<Vec<Uuid>, DbError> {
    const SQL: &str =
        "SELECT id FROM deliveries WHERE shop_id = $1 AND batch_id = $2 AND state = 'applied' AND LENGTH(body) > 0 ORDER BY id";
    Ok(on_db!(given, c => sqlx::query_scalar(SQL).bind(shop.0).bind(batch).fetch_all(c).await?))
}

/// What a recorded decision was made on.
///
/// # Errors
/// `Unavailable`.
pub async fn decision(given: &Db, shop: ShopId, id: Uuid) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT inputs FROM decisions WHERE shop_id = $1 AND id = $2";
    Ok(on_db!(given, c => sqlx::query_scalar(SQL).bind(shop.0).bind(id).fetch_optional(c).await?))
}

/// What somebody did to the settings: what, and to which.
///
/// # Errors
/// `Unavailable`.
pub async fn audited(given: &Db, shop: ShopId, id: Uuid) -> Result<Option<(String, String)>, DbError> {
    const SQL: &str = "SELECT action, detail FROM audit WHERE shop_id = $1 AND id = $2";
    Ok(on_db!(given, c => sqlx::query_as(SQL).bind(shop.0).bind(id).fetch_optional(c).await?))
}

/// What was asked for, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A shopper doesn't want to be written to any more.
    OptOut {
        /// By the link of which nudge.
        nudge: NudgeId,
        /// That nudge's cart.
        cart: CartId,
        /// That nudge's channel.
        channel: ChannelKind,
        /// From which channel; none: from every one.
        only: Option<ChannelKind>,
        /// Where they said so.
        source: String,
    },
    /// An address must not be written to: channel, address, reason.
    Suppress(ChannelKind, String, String),
    /// An address may be written to again.
    Allow(ChannelKind, String),
    /// A checkout is fake, or isn't.
    Fake(CartId, bool),
    /// Nothing more is to be sent for a cart.
    Stop(CartId),
    /// What was stopped goes on.
    GoOn(CartId),
    /// A message is to leave now.
    SendNow(CartId, NudgeId),
    /// About an address that is forgotten.
    Forgotten,
}

/// What was asked for.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn request(given: &Db, shop: ShopId, id: Uuid) -> Result<Request, DbError> {
    const SQL: &str = "SELECT r.kind, r.channel, r.address, r.note, r.nudge_id, COALESCE(r.cart_id, n.cart_id), n.channel FROM requests r
        LEFT JOIN nudges n ON n.shop_id = $1 AND n.id = r.nudge_id WHERE r.shop_id = $1 AND r.id = $2";
    type Row = (String, Option<String>, Option<String>, Option<String>, Option<Uuid>, Option<Uuid>, Option<String>);
    let row: Option<Row> = on_db!(given, c => sqlx::query_as(SQL).bind(shop.0).bind(id).fetch_optional(c).await?);
    Ok(match row {
        Some((kind, .., Some(cart), _)) if kind == "stop" => Request::Stop(CartId(cart)),
        Some((kind, .., Some(cart), _)) if kind == "go_on" => Request::GoOn(CartId(cart)),
        Some((kind, _, _, _, Some(nudge), Some(cart), _)) if kind == "send_now" => Request::SendNow(CartId(cart), NudgeId(nudge)),
        Some((_, asked, _, note, Some(nudge), Some(cart), Some(channel))) => Request::OptOut {
            nudge: NudgeId(nudge),
            cart: CartId(cart),
            channel: word("channel", &channel)?,
            only: asked.map(|asked| word("channel", &asked)).transpose()?,
            source: note.unwrap_or_default(),
        },
        Some((kind, Some(channel), Some(address), note, ..)) if kind == "suppress" => {
            Request::Suppress(word("channel", &channel)?, address, note.unwrap_or_default())
        }
        Some((kind, .., Some(cart), _)) if kind == "fake" || kind == "not_fake" => Request::Fake(CartId(cart), kind == "fake"),
        Some((kind, Some(channel), Some(address), ..)) if kind == "allow" => Request::Allow(word("channel", &channel)?, address),
        _ => Request::Forgotten,
    })
}

/// The suppressions of an instant, those by a provider's refusal or the others: channel, address, reason.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn suppression(given: &Db, shop: ShopId, at: Timestamp, refused: bool) -> Result<Vec<(ChannelKind, String, String)>, DbError> {
    let which = if refused {
        format!("(reason IN ({REFUSED}) OR {HEARD}) AND NOT {ORPHAN}")
    } else {
        format!("(NOT (reason IN ('unsubscribed', {REFUSED}) OR {HEARD}) OR {ORPHAN})")
    };
    let sql = format!("SELECT channel, address, reason FROM suppressions s WHERE shop_id = $1 AND created_at = $2 AND {which}");
    let sql = sqlx::AssertSqlSafe(sql);
    let rows: Vec<(String, String, String)> =
        on_db!(given, c => sqlx::query_as(sql).bind(shop.0).bind(crate::db::ms(at)).fetch_all(c).await?);
    rows.into_iter().map(|(channel, address, reason)| Ok((word("channel", &channel)?, address, reason))).collect()
}
