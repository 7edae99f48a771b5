//! What somebody wrote back, and how it was understood.

use super::{Db, DbError, Tx, instant, json_texts, ms};
use crate::domain::event::ChannelKind;
use crate::domain::ids::{CartId, ShopId};
use crate::domain::receipt::Said;
use crate::domain::reply::Meant;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// Replies that wait for a person's look are listed up to so many.
const LISTED_MAX: i64 = 100;

/// A reply to be kept.
#[derive(Debug, Clone)]
pub struct NewReply {
    /// That of the delivery that told it.
    pub id: Uuid,
    /// By which channel.
    pub channel: ChannelKind,
    /// Who told.
    pub provider: String,
    /// The writer's number or address, as addresses are kept.
    pub sender: String,
    /// What they wrote.
    pub body: String,
    /// What it means.
    pub meant: Meant,
    /// The words that say so.
    pub because: Option<&'static str>,
    /// When.
    pub at: Timestamp,
}

/// Keeps a reply. Was it new?
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, shop: ShopId, r: &NewReply, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO replies (shop_id, id, channel, provider, sender, written, meant, because, at, heard_at, forgiven)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, FALSE) ON CONFLICT (shop_id, id) DO NOTHING";
    let done = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(r.id).bind(r.channel.as_str()).bind(&r.provider).bind(&r.sender).bind(&r.body)
        .bind(r.meant.as_str()).bind(r.because).bind(ms(r.at)).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(done > 0)
}

/// What was said from an address of being written to by a channel, since somebody allowed it again, if somebody did. Who stops WhatsApp messages stops texts to
/// that number, too.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn said(tx: &mut Tx, shop: ShopId, channel: ChannelKind, address: &str) -> Result<Vec<(Timestamp, Said)>, DbError> {
    const SQL: &str = "SELECT channel, meant, at FROM replies WHERE shop_id = $1 AND sender = $2 AND NOT forgiven
        AND meant IN ('stop', 'stop_everywhere', 'start', 'yes', 'doubtful')";
    let rows: Vec<(String, String, i64)> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(address).fetch_all(c).await?);
    let mut said = Vec::new();
    for (by, meant, at) in rows {
        let (by, meant): (ChannelKind, Meant) = (super::word("channel", &by)?, super::word("meaning", &meant)?);
        said.extend(word_for(channel, by, meant).map(|word| (instant(at), word)));
    }
    Ok(said)
}

/// What a reply by one channel says of another.
fn word_for(channel: ChannelKind, by: ChannelKind, meant: Meant) -> Option<Said> {
    let reaches = channel == by || (by == ChannelKind::WhatsApp && channel == ChannelKind::Sms);
    match meant {
        Meant::Stop { everywhere: true } => Some(Said::Stop),
        _ if !reaches => None,
        Meant::Stop { everywhere: false } => Some(Said::Stop),
        Meant::Doubtful => Some(Said::Doubtful),
        Meant::Start | Meant::Yes => Some(Said::Start),
        Meant::No | Meant::Help | Meant::Other => None,
    }
}

/// Forgets what was written from an address, as it came, too.
///
/// # Errors
/// `Unavailable`.
pub async fn forget(tx: &mut Tx, shop: ShopId, address: &str) -> Result<(), DbError> {
    const RAW: &str = "UPDATE deliveries SET body = '', reason = 'erased on request' WHERE shop_id = $1
        AND id IN (SELECT id FROM replies WHERE shop_id = $1 AND sender = $2)";
    const SQL: &str = "DELETE FROM replies WHERE shop_id = $1 AND sender = $2";
    on_tx!(tx, c => {
        sqlx::query(RAW).bind(shop.0).bind(address).execute(&mut *c).await?;
        sqlx::query(SQL).bind(shop.0).bind(address).execute(c).await?;
    });
    Ok(())
}

/// A reply as lists and stories show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Which.
    pub id: Uuid,
    /// By which channel.
    pub channel: ChannelKind,
    /// The writer's number or address.
    pub sender: String,
    /// What they wrote.
    pub body: String,
    /// What it means.
    pub meant: Meant,
    /// The words that say so.
    pub because: Option<String>,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    channel: String,
    sender: String,
    written: String,
    meant: String,
    because: Option<String>,
    at: i64,
}

impl TryFrom<Row> for Recorded {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: r.id,
            channel: super::word("channel", &r.channel)?,
            sender: r.sender,
            body: r.written,
            meant: super::word("meaning", &r.meant)?,
            because: r.because,
            at: instant(r.at),
        })
    }
}

/// What was written from these addresses since an instant, oldest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn from(db: &Db, shop: ShopId, addresses: &[&str], since: Timestamp) -> Result<Vec<Recorded>, DbError> {
    const GET: &str = "SELECT id, channel, sender, written, meant, because, at FROM replies WHERE shop_id = $1 AND at >= $2 AND sender";
    let rows: Vec<Row> = match db {
        Db::Sqlite { read, .. } => {
            let sql = AssertSqlSafe(format!("{GET} IN (SELECT value FROM json_each($3)) ORDER BY at, id"));
            sqlx::query_as(sql).bind(shop.0).bind(ms(since)).bind(json_texts(addresses.iter().copied())).fetch_all(read).await?
        }
        Db::Postgres(pool) => {
            let sql = AssertSqlSafe(format!("{GET} = ANY($3) ORDER BY at, id"));
            sqlx::query_as(sql).bind(shop.0).bind(ms(since)).bind(addresses).fetch_all(pool).await?
        }
    };
    rows.into_iter().map(Recorded::try_from).collect()
}

/// Replies that may ask to stop, and that nobody has looked at, oldest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn to_review(db: &Db, shop: ShopId) -> Result<Vec<Recorded>, DbError> {
    const SQL: &str = "SELECT id, channel, sender, written, meant, because, at FROM replies
        WHERE shop_id = $1 AND meant = 'doubtful' AND reviewed_at IS NULL ORDER BY id LIMIT $2";
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(LISTED_MAX).fetch_all(c).await?);
    rows.into_iter().map(Recorded::try_from).collect()
}

/// The cart that whoever wrote from an address was at last, to read their story.
///
/// # Errors
/// `Unavailable`.
pub async fn cart_of(db: &Db, shop: ShopId, address: &str) -> Result<Option<CartId>, DbError> {
    const SQL: &str = "SELECT c.id FROM contact_identities i JOIN carts c ON c.shop_id = i.shop_id AND c.contact_id = i.contact_id
        WHERE i.shop_id = $1 AND i.kind IN ('email', 'phone') AND i.value = $2 AND c.merged_into IS NULL ORDER BY c.active_at DESC LIMIT 1";
    let id: Option<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(address).fetch_optional(c).await?);
    Ok(id.map(CartId))
}

/// Notes that a person has looked at a reply. The reply, if nobody had.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn review(tx: &mut Tx, shop: ShopId, id: Uuid, now: Timestamp) -> Result<Option<Recorded>, DbError> {
    const SQL: &str = "UPDATE replies SET reviewed_at = $3 WHERE shop_id = $1 AND id = $2 AND meant = 'doubtful' AND reviewed_at IS NULL
        RETURNING id, channel, sender, written, meant, because, at";
    let row: Option<Row> = on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(id).bind(ms(now)).fetch_optional(c).await?);
    row.map(Recorded::try_from).transpose()
}
