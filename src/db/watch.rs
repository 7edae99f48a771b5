//! What is measured for the alarms, each by a bounded read; and who watches.

use super::{Db, DbError, Tx, instant, json_ids, ms, word};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// Takes or renews a lease, unless somebody else holds it. Is it ours?
///
/// # Errors
/// `Unavailable`.
pub async fn take_lease(tx: &mut Tx, name: &str, holder: &str, (now, until): (Timestamp, Timestamp)) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO watch_leases (name, holder, until) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
        WHERE watch_leases.holder = excluded.holder OR watch_leases.until <= $4";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(name).bind(holder).bind(ms(until)).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// Who holds a lease, and until when.
///
/// # Errors
/// `Unavailable`.
pub async fn lease(db: &Db, name: &str) -> Result<Option<(String, Timestamp)>, DbError> {
    const SQL: &str = "SELECT holder, until FROM watch_leases WHERE name = $1";
    let row: Option<(String, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(name).fetch_optional(c).await?);
    Ok(row.map(|(holder, until)| (holder, instant(until))))
}

/// What came of a look at something of the whole installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// When.
    pub at: Timestamp,
    /// How often in a row it failed, or how much was found.
    pub count: i64,
    /// What was wrong.
    pub detail: String,
}

/// Keeps what came of the last look.
///
/// # Errors
/// `Unavailable`.
pub async fn save_result(tx: &mut Tx, name: &str, looked: &Looked) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO watch_results (name, at, count, detail) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET at = excluded.at, count = excluded.count, detail = excluded.detail";
    on_tx!(tx, c => sqlx::query(SQL).bind(name).bind(ms(looked.at)).bind(looked.count).bind(&looked.detail).execute(c).await?.rows_affected());
    Ok(())
}

/// What came of the last look.
///
/// # Errors
/// `Unavailable`.
pub async fn result(db: &Db, name: &str) -> Result<Option<Looked>, DbError> {
    const SQL: &str = "SELECT at, count, detail FROM watch_results WHERE name = $1";
    let row: Option<(i64, i64, String)> = on_db!(db, c => sqlx::query_as(SQL).bind(name).fetch_optional(c).await?);
    Ok(row.map(|(at, count, detail)| Looked { at: instant(at), count, detail }))
}

/// When the last delivery of a shop's platform came: what Comeback asked for itself, and what the store's pages tell, is no sign that the platform still sends.
///
/// # Errors
/// `Unavailable`.
pub async fn last_delivery(db: &Db, shop: ShopId) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str =
        "SELECT received_at FROM deliveries WHERE shop_id = $1 AND SUBSTR(topic, 1, 9) <> 'comeback/' ORDER BY id DESC LIMIT 1";
    let last: Option<i64> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(last.map(instant))
}

/// The deliveries of a shop's platform before and after each mark, where there are both. Marks are ids that a delivery of that instant would have: each is looked up by an
/// index, so that this costs the same for a shop of ten deliveries and one of ten million.
///
/// # Errors
/// `Unavailable`.
pub async fn around(db: &Db, shop: ShopId, marks: &[Uuid]) -> Result<Vec<(Timestamp, Timestamp)>, DbError> {
    const LITE: &str =
        "SELECT (SELECT d.received_at FROM deliveries d WHERE d.shop_id = $1 AND d.id < unhex(m.value) AND SUBSTR(d.topic, 1, 9) <> 'comeback/' ORDER BY d.id DESC LIMIT 1),
            (SELECT d.received_at FROM deliveries d WHERE d.shop_id = $1 AND d.id >= unhex(m.value) AND SUBSTR(d.topic, 1, 9) <> 'comeback/' ORDER BY d.id LIMIT 1)
        FROM json_each($2) m";
    const PG: &str = "SELECT (SELECT d.received_at FROM deliveries d WHERE d.shop_id = $1 AND d.id < m.id AND SUBSTR(d.topic, 1, 9) <> 'comeback/' ORDER BY d.id DESC LIMIT 1),
            (SELECT d.received_at FROM deliveries d WHERE d.shop_id = $1 AND d.id >= m.id AND SUBSTR(d.topic, 1, 9) <> 'comeback/' ORDER BY d.id LIMIT 1)
        FROM UNNEST($2::uuid[]) AS m (id)";
    let rows: Vec<(Option<i64>, Option<i64>)> = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(LITE).bind(shop.0).bind(json_ids(marks)).fetch_all(read).await?,
        Db::Postgres(pool) => sqlx::query_as(PG).bind(shop.0).bind(marks).fetch_all(pool).await?,
    };
    Ok(rows.into_iter().filter_map(|(before, after)| Some((instant(before?), instant(after?)))).collect())
}

/// The newest deliveries of a shop's platform: topics and times, newest first.
///
/// # Errors
/// `Unavailable`.
pub async fn newest_deliveries(db: &Db, shop: ShopId, most: i64) -> Result<Vec<(String, Timestamp)>, DbError> {
    const SQL: &str =
        "SELECT topic, received_at FROM deliveries WHERE shop_id = $1 AND SUBSTR(topic, 1, 9) <> 'comeback/' ORDER BY id DESC LIMIT $2";
    let rows: Vec<(String, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(topic, at)| (topic, instant(at))).collect())
}

/// Names and times of a shop's newest orders since an instant.
///
/// # Errors
/// `Unavailable`.
pub async fn newest_orders(db: &Db, shop: ShopId, since: Timestamp, most: i64) -> Result<Vec<(String, Timestamp)>, DbError> {
    const SQL: &str = "SELECT name, ordered_at FROM orders WHERE shop_id = $1 AND ordered_at >= $2 ORDER BY ordered_at DESC LIMIT $3";
    let rows: Vec<(String, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(since)).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(name, at)| (name, instant(at))).collect())
}

/// Since when the oldest delivery waits, and since when the oldest nudge is due. What waits for its sender isn't overlooked: one that was held, used up or at work
/// after `lately`.
///
/// # Errors
/// `Unavailable`.
pub async fn oldest_waiting(db: &Db, shop: ShopId, lately: Timestamp) -> Result<(Option<Timestamp>, Option<Timestamp>), DbError> {
    const DELIVERY: &str = "SELECT MIN(received_at) FROM deliveries WHERE shop_id = $1 AND state = 'pending'";
    const NUDGE: &str = "SELECT MIN(k.oldest) FROM (SELECT c.channel, (SELECT MIN(n.wake_at) FROM nudges n
                WHERE n.shop_id = $1 AND n.state = 'scheduled' AND n.channel = c.channel) AS oldest
            FROM (SELECT 'email' AS channel UNION ALL SELECT 'sms' UNION ALL SELECT 'whatsapp') c) k
        WHERE NOT EXISTS (SELECT 1 FROM send_ways w WHERE w.channel = k.channel
            AND (w.shop_id = $1 OR (w.shop_id = $2 AND EXISTS (SELECT 1 FROM shops s WHERE s.id = $1 AND s.channels IS NULL)))
            AND (w.held_until > $3 OR w.full_until > $3 OR w.full_bucket_at > $3 * 1000))";
    let delivery: Option<i64> = on_db!(db, c => sqlx::query_scalar(DELIVERY).bind(shop.0).fetch_one(c).await?);
    let nudge: Option<i64> =
        on_db!(db, c => sqlx::query_scalar(NUDGE).bind(shop.0).bind(super::flow::PROGRAM.0).bind(ms(lately)).fetch_one(c).await?);
    Ok((delivery.map(instant), nudge.map(instant)))
}

/// Is anything of a shop due by a channel?
///
/// # Errors
/// `Unavailable`.
pub async fn is_due(db: &Db, shop: ShopId, channel: ChannelKind, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "SELECT id FROM nudges WHERE shop_id = $1 AND state = 'scheduled' AND channel = $2 AND wake_at <= $3 LIMIT 1";
    let one: Option<Uuid> =
        on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(channel.as_str()).bind(ms(now)).fetch_optional(c).await?);
    Ok(one.is_some())
}

/// How many deliveries are set aside, and since when the oldest is there.
///
/// # Errors
/// `Unavailable`.
pub async fn set_aside(db: &Db, shop: ShopId) -> Result<(i64, Option<Timestamp>), DbError> {
    const SQL: &str = "SELECT COUNT(*), MIN(received_at) FROM deliveries WHERE shop_id = $1 AND state = 'set_aside'";
    let (count, since): (i64, Option<i64>) = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_one(c).await?);
    Ok((count, since.map(instant)))
}

/// Nudges that wait for their next attempt: by which channel, why, how many, since when the oldest is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retrying {
    /// By which channel.
    pub channel: ChannelKind,
    /// The rule of their last decision.
    pub reason: String,
    /// How many.
    pub count: i64,
    /// The earliest due time.
    pub since: Timestamp,
}

/// Nudges whose last attempt failed and that are looked at again before `until`.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn retrying(db: &Db, shop: ShopId, until: Timestamp) -> Result<Vec<Retrying>, DbError> {
    const SQL: &str = "SELECT channel, reason, COUNT(*), MIN(due_at) FROM nudges
        WHERE shop_id = $1 AND state = 'scheduled' AND wake_at <= $2 AND reason IN ('sender_refused', 'try_later', 'template_broken')
        GROUP BY channel, reason ORDER BY channel, reason";
    let rows: Vec<(String, String, i64, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(until)).fetch_all(c).await?);
    let read = |(channel, reason, count, since): (String, String, i64, i64)| {
        Ok(Retrying { channel: word("channel", &channel)?, reason, count, since: instant(since) })
    };
    rows.into_iter().map(read).collect()
}

/// How many nudges wait for a discount code, and since when the oldest is due.
///
/// # Errors
/// `Unavailable`.
pub async fn waiting_for_codes(db: &Db, shop: ShopId) -> Result<(i64, Option<Timestamp>), DbError> {
    const SQL: &str = "SELECT COUNT(*), MIN(due_at) FROM nudges WHERE shop_id = $1 AND state = 'scheduled' AND reason = 'no_code'";
    let (count, since): (i64, Option<i64>) = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_one(c).await?);
    Ok((count, since.map(instant)))
}

/// What was recorded of the last attempt of one of those nudges.
///
/// # Errors
/// `Unavailable`.
pub async fn last_attempt(db: &Db, shop: ShopId, channel: ChannelKind, reason: &str) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT d.why FROM decisions d WHERE d.shop_id = $1 AND d.rule = $3 AND d.nudge_id =
            (SELECT n.id FROM nudges n WHERE n.shop_id = $1 AND n.state = 'scheduled' AND n.channel = $2 AND n.reason = $3 ORDER BY n.wake_at DESC LIMIT 1)
        ORDER BY d.at DESC, d.id DESC LIMIT 1";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(channel.as_str()).bind(reason).fetch_optional(c).await?))
}
