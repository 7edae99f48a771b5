//! Alarms: raised once, kept while they hold, cleared when they end.

use super::{Db, DbError, Tx, instant, ms, word};
use crate::domain::ids::ShopId;
use crate::domain::watch::{Finding, Kind, Standing};
use jiff::Timestamp;
use uuid::Uuid;

/// At most this many alarms of a shop are looked at: far more than there are topics and channels.
const ACTIVE_MAX: i64 = 200;

/// An alarm as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRow {
    /// Ours.
    pub id: Uuid,
    /// What it is about.
    pub kind: Kind,
    /// Which topic, channel, ...; empty where there is one of the kind.
    pub subject: String,
    /// What happened, in a sentence.
    pub what: String,
    /// What to do.
    pub fix: String,
    /// How far it reaches.
    pub mark: i64,
    /// When what is wrong began.
    pub since: Timestamp,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it was last found to hold.
    pub last_seen_at: Timestamp,
    /// When the owners were written to, the last time.
    pub notified_at: Option<Timestamp>,
    /// When somebody said that it is as it should be.
    pub dismissed_at: Option<Timestamp>,
    /// When it was over.
    pub cleared_at: Option<Timestamp>,
}

impl AlarmRow {
    /// What the rules must know of it.
    pub fn standing(&self) -> Standing {
        Standing { since: self.since, last_seen_at: self.last_seen_at, mark: self.mark, dismissed: self.dismissed_at.is_some() }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    subject: String,
    what: String,
    fix: String,
    mark: i64,
    since: i64,
    raised_at: i64,
    last_seen_at: i64,
    notified_at: Option<i64>,
    dismissed_at: Option<i64>,
    cleared_at: Option<i64>,
}

impl TryFrom<Row> for AlarmRow {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: r.id,
            kind: word("kind of alarm", &r.kind)?,
            subject: r.subject,
            what: r.what,
            fix: r.fix,
            mark: r.mark,
            since: instant(r.since),
            raised_at: instant(r.raised_at),
            last_seen_at: instant(r.last_seen_at),
            notified_at: r.notified_at.map(instant),
            dismissed_at: r.dismissed_at.map(instant),
            cleared_at: r.cleared_at.map(instant),
        })
    }
}

fn rows(rows: Vec<Row>) -> Result<Vec<AlarmRow>, DbError> {
    rows.into_iter().map(AlarmRow::try_from).collect()
}

/// A shop's alarms that stand, dismissed ones among them, oldest first.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn active(db: &Db, shop: ShopId) -> Result<Vec<AlarmRow>, DbError> {
    const SQL: &str = "SELECT * FROM alarms WHERE shop_id = $1 AND cleared_at IS NULL ORDER BY id LIMIT $2";
    rows(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ACTIVE_MAX).fetch_all(c).await?))
}

/// A shop's alarms that are over, that its owners were told of, and whose end they weren't told.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn over_untold(db: &Db, shop: ShopId) -> Result<Vec<AlarmRow>, DbError> {
    const SQL: &str = "SELECT * FROM alarms WHERE shop_id = $1 AND cleared_at IS NOT NULL AND clearing_told_at IS NULL
            AND notified_at IS NOT NULL AND dismissed_at IS NULL ORDER BY id LIMIT $2";
    rows(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(ACTIVE_MAX).fetch_all(c).await?))
}

/// Alarms, newest first, after a cursor: those that stand, those that are over, or all.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn list(db: &Db, shop: ShopId, over: Option<bool>, after: Option<Uuid>, most: i64) -> Result<Vec<AlarmRow>, DbError> {
    const SQL: &str =
        "SELECT * FROM alarms WHERE shop_id = $1 AND ($2 IS NULL OR (cleared_at IS NOT NULL) = $2) AND ($3 IS NULL OR id < $3)
        ORDER BY id DESC LIMIT $4";
    rows(on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(over).bind(after).bind(most).fetch_all(c).await?))
}

/// Times for which alarms of a kind stood, since an instant: from when it was wrong to when it was over.
///
/// # Errors
/// `Unavailable`.
pub async fn spans(db: &Db, shop: ShopId, kind: Kind, since: Timestamp) -> Result<Vec<(Timestamp, Timestamp)>, DbError> {
    const SQL: &str = "SELECT since, cleared_at FROM alarms WHERE shop_id = $1 AND kind = $2 AND dismissed_at IS NULL AND cleared_at >= $3
        ORDER BY id DESC LIMIT $4";
    let rows: Vec<(i64, i64)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(kind.as_str()).bind(ms(since)).bind(ACTIVE_MAX).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(from, to)| (instant(from), instant(to))).collect())
}

/// Raises an alarm, unless one of its kind and subject stands. Is it new?
///
/// # Errors
/// `Unavailable`.
pub async fn raise(tx: &mut Tx, shop: ShopId, id: Uuid, f: &Finding, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO alarms (shop_id, id, kind, subject, what, fix, mark, since, raised_at, last_seen_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING";
    let added = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(f.kind.as_str()).bind(&f.subject).bind(&f.what).bind(&f.fix).bind(f.mark)
        .bind(ms(f.since)).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(added > 0)
}

/// Notes that an alarm still holds, and how it is now. A dismissed one keeps its mark, by which it may come back.
///
/// # Errors
/// `Unavailable`.
pub async fn keep(tx: &mut Tx, shop: ShopId, id: Uuid, f: &Finding, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE alarms SET what = $3, fix = $4, last_seen_at = $6, mark = CASE WHEN dismissed_at IS NULL THEN $5 ELSE mark END
        WHERE shop_id = $1 AND id = $2 AND cleared_at IS NULL";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(&f.what).bind(&f.fix).bind(f.mark).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Shows a dismissed alarm again, and has it told again.
///
/// # Errors
/// `Unavailable`.
pub async fn bring_back(tx: &mut Tx, shop: ShopId, id: Uuid) -> Result<(), DbError> {
    const SQL: &str = "UPDATE alarms SET dismissed_at = NULL, notified_at = NULL WHERE shop_id = $1 AND id = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends an alarm.
///
/// # Errors
/// `Unavailable`.
pub async fn clear(tx: &mut Tx, shop: ShopId, id: Uuid, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "UPDATE alarms SET cleared_at = $3 WHERE shop_id = $1 AND id = $2 AND cleared_at IS NULL";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Notes that somebody said that it is as it should be. Did it stand, undismissed?
///
/// # Errors
/// `Unavailable`.
pub async fn dismiss(tx: &mut Tx, shop: ShopId, id: Uuid, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE alarms SET dismissed_at = $3 WHERE shop_id = $1 AND id = $2 AND cleared_at IS NULL AND dismissed_at IS NULL";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}

/// Notes that the owners are written to about an alarm. Was it still to be told, as it was when it was read?
///
/// # Errors
/// `Unavailable`.
pub async fn set_notified(tx: &mut Tx, shop: ShopId, alarm: &AlarmRow, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE alarms SET notified_at = $3 WHERE shop_id = $1 AND id = $2 AND cleared_at IS NULL AND dismissed_at IS NULL
            AND COALESCE(notified_at, -1) = $4";
    let before = alarm.notified_at.map_or(-1, ms);
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(alarm.id).bind(ms(now)).bind(before).execute(c).await?.rows_affected()) > 0)
}

/// Notes that the owners are told that an alarm is over. Was that still to be told?
///
/// # Errors
/// `Unavailable`.
pub async fn set_clearing_told(tx: &mut Tx, shop: ShopId, id: Uuid, now: Timestamp) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE alarms SET clearing_told_at = $3 WHERE shop_id = $1 AND id = $2 AND clearing_told_at IS NULL";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(ms(now)).execute(c).await?.rows_affected()) > 0)
}
