//! How senders are doing: how far their buckets are emptied, what holds them, and how much left by them.

use super::{Db, DbError, Tx, instant, ms, word};
use crate::domain::event::ChannelKind;
use crate::domain::flow::{Breaker, Bucket, Hold, Slot};
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// Of which store a row is: of one, or of none, for the program's own senders.
pub const PROGRAM: ShopId = ShopId(Uuid::nil());

/// Whose sender a message leaves by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sender {
    /// The program's, which stores share.
    Program,
    /// The store's own.
    Own,
}

impl Sender {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Own => "own",
        }
    }

    /// Whose row tells how it is doing.
    pub fn row_of(self, shop: ShopId) -> ShopId {
        match self {
            Self::Program => PROGRAM,
            Self::Own => shop,
        }
    }
}

/// The limit per day is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Full {
    /// Until then.
    pub until: Timestamp,
    /// In a sentence.
    pub why: String,
}

/// How one sender is doing, or one store's part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Of which store; [`PROGRAM`] for the program's.
    pub shop_id: ShopId,
    /// What it sends.
    pub channel: ChannelKind,
    /// By whom: with another, nothing of the breaker holds.
    pub provider: String,
    /// Through which account of ours.
    pub account: Option<String>,
    /// How far its rate is used up.
    pub bucket: Bucket,
    /// Whether it takes messages.
    pub breaker: Breaker,
    /// Whether its limit per day is used up.
    pub full: Option<Full>,
}

#[derive(sqlx::FromRow)]
struct Row {
    shop_id: Uuid,
    channel: String,
    provider: String,
    account: Option<String>,
    full_bucket_at: i64,
    failures: i64,
    trips: i64,
    held_since: Option<i64>,
    held_until: Option<i64>,
    held_why: Option<String>,
    trying_until: Option<i64>,
    full_until: Option<i64>,
    full_why: Option<String>,
}

impl TryFrom<Row> for Way {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let hold = r.held_until.map(|until| Hold {
            since: instant(r.held_since.unwrap_or(until)),
            until: instant(until),
            why: r.held_why.unwrap_or_default(),
        });
        let trying_until = r.trying_until.map(instant);
        Ok(Self {
            shop_id: ShopId(r.shop_id),
            channel: word("channel", &r.channel)?,
            provider: r.provider,
            account: r.account,
            bucket: Bucket { full_at_us: r.full_bucket_at },
            breaker: Breaker { failures: count(r.failures), trips: count(r.trips), hold, trying_until },
            full: r.full_until.map(|until| Full { until: instant(until), why: r.full_why.unwrap_or_default() }),
        })
    }
}

const WAYS: &str = "SELECT * FROM send_ways WHERE shop_id IN ($1, $2) ORDER BY shop_id, channel";

/// How a store's senders are doing, and the program's.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn ways(db: &Db, shop: ShopId) -> Result<Vec<Way>, DbError> {
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(WAYS).bind(shop.0).bind(PROGRAM.0).fetch_all(c).await?);
    rows.into_iter().map(Way::try_from).collect()
}

/// The same, inside a transaction.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn ways_in(tx: &mut Tx, shop: ShopId) -> Result<Vec<Way>, DbError> {
    let rows: Vec<Row> = on_tx!(tx, c => sqlx::query_as(WAYS).bind(shop.0).bind(PROGRAM.0).fetch_all(c).await?);
    rows.into_iter().map(Way::try_from).collect()
}

/// The same for whoever is about to change them: nobody else does until the transaction ends. Always in the same order, the program's first, so that no two
/// wait for each other.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn hold_ways(tx: &mut Tx, shop: ShopId) -> Result<Vec<Way>, DbError> {
    const PG: &str = "SELECT * FROM send_ways WHERE shop_id IN ($1, $2) ORDER BY shop_id, channel FOR UPDATE";
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(tx) => sqlx::query_as(WAYS).bind(shop.0).bind(PROGRAM.0).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(PG).bind(shop.0).bind(PROGRAM.0).fetch_all(&mut **tx).await?,
    };
    rows.into_iter().map(Way::try_from).collect()
}

/// Makes a row where there is none, so that it can be held.
///
/// # Errors
/// `Unavailable`.
pub async fn begin(tx: &mut Tx, (shop, channel): (ShopId, ChannelKind), (provider, account): (&str, Option<&str>)) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO send_ways (shop_id, channel, provider, account, full_bucket_at, failures, trips) VALUES ($1, $2, $3, $4, 0, 0, 0)
        ON CONFLICT (shop_id, channel) DO NOTHING";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(channel.as_str()).bind(provider).bind(account).execute(c).await?.rows_affected());
    Ok(())
}

/// Writes what became of one that is held by this transaction.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, way: &Way) -> Result<(), DbError> {
    const SQL: &str = "UPDATE send_ways SET provider = $3, account = $4, full_bucket_at = $5, failures = $6, trips = $7, held_since = $8, held_until = $9,
            held_why = $10, trying_until = $11, full_until = $12, full_why = $13
        WHERE shop_id = $1 AND channel = $2";
    let (breaker, hold) = (&way.breaker, way.breaker.hold.as_ref());
    on_tx!(tx, c => sqlx::query(SQL).bind(way.shop_id.0).bind(way.channel.as_str()).bind(&way.provider).bind(&way.account).bind(way.bucket.full_at_us)
        .bind(i64::from(breaker.failures)).bind(i64::from(breaker.trips)).bind(hold.map(|h| ms(h.since))).bind(hold.map(|h| ms(h.until)))
        .bind(hold.map(|h| h.why.as_str())).bind(breaker.trying_until.map(ms)).bind(way.full.as_ref().map(|f| ms(f.until)))
        .bind(way.full.as_ref().map(|f| f.why.as_str())).execute(c).await?.rows_affected());
    Ok(())
}

/// Senders by which nothing leaves now.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn shut(db: &Db, now: Timestamp) -> Result<Vec<Way>, DbError> {
    const SQL: &str = "SELECT * FROM send_ways WHERE held_until > $1 OR (held_until IS NOT NULL AND trying_until > $1) OR full_until > $1";
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(ms(now)).fetch_all(c).await?);
    rows.into_iter().map(Way::try_from).collect()
}

/// Something of a shop is due by a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub shop: ShopId,
    /// By which channel.
    pub channel: ChannelKind,
    /// The shop has chosen providers of its own, for this channel or another.
    pub chose: bool,
}

/// What is due, by shop and channel.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn due(db: &Db, now: Timestamp) -> Result<Vec<Due>, DbError> {
    const SQL: &str = "SELECT s.id, k.channel, s.channels IS NOT NULL AS chose
        FROM shops s CROSS JOIN (SELECT 'email' AS channel UNION ALL SELECT 'sms' UNION ALL SELECT 'whatsapp') k
        WHERE EXISTS (SELECT 1 FROM nudges n WHERE n.shop_id = s.id AND n.state = 'scheduled' AND n.channel = k.channel AND n.wake_at <= $1)
        ORDER BY s.id";
    let rows: Vec<(Uuid, String, bool)> = on_db!(db, c => sqlx::query_as(SQL).bind(ms(now)).fetch_all(c).await?);
    rows.into_iter().map(|(shop, channel, chose)| Ok(Due { shop: ShopId(shop), channel: word("channel", &channel)?, chose })).collect()
}

/// Notes that so many of a shop's messages leave, or, below zero, that they didn't after all.
///
/// # Errors
/// `Unavailable`.
pub async fn count(
    tx: &mut Tx,
    shop: ShopId,
    (channel, sender): (ChannelKind, Sender),
    slot: Timestamp,
    count: i64,
) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO send_counts (shop_id, channel, sender, slot, count) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (shop_id, channel, sender, slot) DO UPDATE SET count = send_counts.count + excluded.count";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(channel.as_str()).bind(sender.as_str()).bind(ms(slot)).bind(count).execute(c).await?.rows_affected());
    Ok(())
}

/// What left by a sender since an instant, in the order of time: of one shop, or of all that share the program's.
///
/// # Errors
/// `Unavailable`.
pub async fn counts(
    tx: &mut Tx,
    only: Option<ShopId>,
    (channel, sender): (ChannelKind, Sender),
    since: Timestamp,
) -> Result<Vec<Slot>, DbError> {
    const SQL: &str = "SELECT slot, CAST(SUM(count) AS BIGINT) FROM send_counts
        WHERE slot >= $1 AND channel = $2 AND sender = $3 AND ($4 IS NULL OR shop_id = $4) GROUP BY slot ORDER BY slot";
    let rows: Vec<(i64, i64)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(ms(since)).bind(channel.as_str()).bind(sender.as_str())
        .bind(only.map(|shop| shop.0)).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(slot, count)| Slot { at: instant(slot), count: u32::try_from(count.max(0)).unwrap_or(u32::MAX) }).collect())
}

/// Forgets what left in slots before an instant.
///
/// # Errors
/// `Unavailable`.
pub async fn forget_counts(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    const SQL: &str = "DELETE FROM send_counts WHERE slot < $1";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(ms(before)).execute(c).await?.rows_affected()))
}
