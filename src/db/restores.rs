//! Signs of life by which a restored database is told from the one that was in use last, and what becomes of what was due in between.

use super::{Db, DbError, Tx, instant, json_ids, ms};
use crate::domain::ids::{CartId, NudgeId, ShopId};
use crate::domain::restore::{Gap, RESTORED};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::io::Write as _;
use std::path::Path;
use uuid::Uuid;

/// The heartbeat of whoever sends.
pub const WORKER: &str = "worker";
/// The mark in a backup: as of when it was made.
pub const BACKUP: &str = "backup";

/// Notes a sign of life; it never goes back.
///
/// # Errors
/// `Unavailable`.
pub async fn beat(tx: &mut Tx, name: &str, at: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO heartbeats (name, at) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET at = CASE WHEN excluded.at > heartbeats.at THEN excluded.at ELSE heartbeats.at END";
    on_tx!(tx, c => sqlx::query(SQL).bind(name).bind(ms(at)).execute(c).await?.rows_affected());
    Ok(())
}

/// When the last sign of life was given.
///
/// # Errors
/// `Unavailable`.
pub async fn last_beat(db: &Db, name: &str) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str = "SELECT at FROM heartbeats WHERE name = $1";
    let at: Option<i64> = on_db!(db, c => sqlx::query_scalar(SQL).bind(name).fetch_optional(c).await?);
    Ok(at.map(instant))
}

/// When the last webhook came, of any store: the latest that a database without heartbeats knows of.
///
/// # Errors
/// `Unavailable`.
pub async fn last_delivery(db: &Db) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str = "SELECT MAX(received_at) FROM deliveries";
    let at: Option<i64> = on_db!(db, c => sqlx::query_scalar(SQL).fetch_one(c).await?);
    Ok(at.map(instant))
}

/// The last sign of life as the file beside the database says; none without the file, or when nobody can read it.
pub fn file_beat(path: &Path) -> Option<Timestamp> {
    let text = std::fs::read_to_string(path).ok()?;
    text.trim().parse().ok()
}

/// Notes a sign of life in the file beside the database: whole or not at all.
///
/// # Errors
/// When it can't be written.
pub fn keep_file_beat(path: &Path, at: Timestamp) -> std::io::Result<()> {
    let draft = path.with_extension("beat-draft");
    let mut file = std::fs::File::create(&draft)?;
    file.write_all(format!("{at}\n").as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)
}

/// Notes a gap. What was due in it is set aside after this, and until then nothing may be sent.
///
/// # Errors
/// `Unavailable`.
pub async fn insert(tx: &mut Tx, id: Uuid, gap: &Gap, how: &str) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO restores (id, snapshot_at, restored_at, how) VALUES ($1, $2, $3, $4)";
    on_tx!(tx, c => sqlx::query(SQL).bind(id).bind(ms(gap.snapshot_at)).bind(ms(gap.restored_at)).bind(how).execute(c).await?.rows_affected());
    // What the copy said of itself has been read.
    const FORGET: &str = "DELETE FROM heartbeats WHERE name = $1";
    on_tx!(tx, c => sqlx::query(FORGET).bind(BACKUP).execute(c).await?.rows_affected());
    Ok(())
}

type GapRow = (Uuid, i64, i64);

fn gap((id, snapshot_at, restored_at): GapRow) -> (Uuid, Gap) {
    (id, Gap { snapshot_at: instant(snapshot_at), restored_at: instant(restored_at) })
}

/// Gaps of which not everything that was due has been set aside yet.
///
/// # Errors
/// `Unavailable`.
pub async fn untreated(db: &Db) -> Result<Vec<(Uuid, Gap)>, DbError> {
    const SQL: &str = "SELECT id, snapshot_at, restored_at FROM restores WHERE treated_at IS NULL ORDER BY restored_at";
    let rows: Vec<GapRow> = on_db!(db, c => sqlx::query_as(SQL).fetch_all(c).await?);
    Ok(rows.into_iter().map(gap).collect())
}

/// Notes that everything of a gap has been set aside.
///
/// # Errors
/// `Unavailable`.
pub async fn set_treated(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "UPDATE restores SET treated_at = $2 WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(id).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Gaps that ended at or after an instant, the longest first.
///
/// # Errors
/// `Unavailable`.
pub async fn since(tx: &mut Tx, at: Timestamp) -> Result<Vec<Gap>, DbError> {
    const SQL: &str = "SELECT id, snapshot_at, restored_at FROM restores WHERE restored_at >= $1 ORDER BY snapshot_at";
    let rows: Vec<GapRow> = on_tx!(tx, c => sqlx::query_as(SQL).bind(ms(at)).fetch_all(c).await?);
    Ok(rows.into_iter().map(|row| gap(row).1).collect())
}

/// The latest gap that ended at or after an instant.
///
/// # Errors
/// `Unavailable`.
pub async fn latest_since(db: &Db, at: Timestamp) -> Result<Option<Gap>, DbError> {
    const SQL: &str = "SELECT id, snapshot_at, restored_at FROM restores WHERE restored_at >= $1 ORDER BY restored_at DESC LIMIT 1";
    let row: Option<GapRow> = on_db!(db, c => sqlx::query_as(SQL).bind(ms(at)).fetch_optional(c).await?);
    Ok(row.map(|row| gap(row).1))
}

/// How many nudges of a shop may have been sent by a database that is gone.
///
/// # Errors
/// `Unavailable`.
pub async fn unknown_since_restore(db: &Db, shop: ShopId) -> Result<i64, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM nudges WHERE shop_id = $1 AND state = 'unknown' AND reason = $2";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).bind(RESTORED).fetch_one(c).await?))
}

/// A nudge that was due in a gap.
#[derive(Debug, Clone, Copy)]
pub struct DueInGap {
    /// Which.
    pub id: NudgeId,
    /// Of which cart.
    pub cart_id: CartId,
    /// When it was planned for.
    pub due_at: Timestamp,
}

/// Nudges of a shop that wait, and that whoever else was at work could have looked at by `restored_at`. Those of a comparison group are not among them: they
/// never leave.
///
/// # Errors
/// `Unavailable`.
pub async fn due_by(tx: &mut Tx, shop: ShopId, restored_at: Timestamp, most: i64) -> Result<Vec<DueInGap>, DbError> {
    const SQL: &str = "SELECT n.id, n.cart_id, n.due_at FROM nudges n
        WHERE n.shop_id = $1 AND n.state = 'scheduled' AND n.wake_at <= $2
            AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.shop_id = n.shop_id AND e.id = n.enrolment_id AND e.arm = 'holdout')
        ORDER BY n.wake_at LIMIT $3";
    let rows: Vec<(Uuid, Uuid, i64)> =
        on_tx!(tx, c => sqlx::query_as(SQL).bind(shop.0).bind(ms(restored_at)).bind(most).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(id, cart, due)| DueInGap { id: NudgeId(id), cart_id: CartId(cart), due_at: instant(due) }).collect())
}

/// Marks nudges that wait as unknown: they may have left when they were due, and count as sent then.
///
/// # Errors
/// `Unavailable`.
pub async fn set_unknown(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<(), DbError> {
    const SET: &str =
        "UPDATE nudges SET state = 'unknown', reason = 'restored', sent_at = wake_at WHERE shop_id = $1 AND state = 'scheduled' AND id";
    on_ids(tx, shop, ids, SET).await?;
    super::recovered::of_nudges(tx, shop, ids).await?;
    super::rollups::carts_of_nudges(tx, shop, ids).await
}

/// Cancels nudges that wait and would be too late.
///
/// # Errors
/// `Unavailable`.
pub async fn set_expired(tx: &mut Tx, shop: ShopId, ids: &[Uuid]) -> Result<(), DbError> {
    const SET: &str = "UPDATE nudges SET state = 'cancelled', reason = 'expired' WHERE shop_id = $1 AND state = 'scheduled' AND id";
    on_ids(tx, shop, ids, SET).await
}

async fn on_ids(tx: &mut Tx, shop: ShopId, ids: &[Uuid], set: &str) -> Result<(), DbError> {
    if ids.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("{set} IN (SELECT unhex(value) FROM json_each($2))"));
            sqlx::query(sql).bind(shop.0).bind(json_ids(ids)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(AssertSqlSafe(format!("{set} = ANY($2)"))).bind(shop.0).bind(ids).execute(&mut **tx).await?;
        }
    }
    Ok(())
}
