//! Canaries: a store's hidden twin, and how far each canary came.

use super::{Db, DbError, Tx, from_json, instant, ms, to_json, word};
use crate::db::shops::Shop;
use crate::domain::ids::ShopId;
use crate::domain::watch::Stage;
use jiff::Timestamp;
use uuid::Uuid;

/// What is copied into a twin anew for each canary.
const COPIED: [&str; 5] = ["templates", "template_versions", "campaigns", "campaign_versions", "shop_policies"];

/// A canary's run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Ours.
    pub id: Uuid,
    /// The hidden twin in which it goes.
    pub twin: ShopId,
    /// The stage that it is in, or that it failed in.
    pub stage: Stage,
    /// Since when.
    pub stage_since: Timestamp,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it came through, or failed.
    pub ended_at: Option<Timestamp>,
    /// Why it failed.
    pub problem: Option<String>,
    /// The stages that it reached, and when.
    pub reached: Vec<(Stage, Timestamp)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    twin_id: Uuid,
    stage: String,
    stage_since: i64,
    begun_at: i64,
    ended_at: Option<i64>,
    problem: Option<String>,
    reached: Option<String>,
}

/// Stages as stored, with milliseconds.
type Reached = Vec<(String, i64)>;

fn reached(text: Option<&str>) -> Result<Vec<(Stage, Timestamp)>, DbError> {
    let stored: Reached = text.map_or_else(|| Ok(Vec::new()), |text| from_json("stages of a canary", text))?;
    stored.into_iter().map(|(stage, at)| Ok((word("stage of a canary", &stage)?, instant(at)))).collect()
}

impl TryFrom<Row> for Run {
    type Error = DbError;
    fn try_from(r: Row) -> Result<Self, DbError> {
        Ok(Self {
            reached: reached(r.reached.as_deref())?,
            id: r.id,
            twin: ShopId(r.twin_id),
            stage: word("stage of a canary", &r.stage)?,
            stage_since: instant(r.stage_since),
            begun_at: instant(r.begun_at),
            ended_at: r.ended_at.map(instant),
            problem: r.problem,
        })
    }
}

/// The hidden twin of a shop.
///
/// # Errors
/// `Unavailable`.
pub async fn twin_of(db: &Db, shop: ShopId) -> Result<Option<ShopId>, DbError> {
    const SQL: &str = "SELECT id FROM shops WHERE canary_of = $1";
    let id: Option<Uuid> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_optional(c).await?);
    Ok(id.map(ShopId))
}

/// Gives a twin what its shop has now.
///
/// # Errors
/// `Unavailable`.
pub async fn copy_settings(tx: &mut Tx, twin: ShopId, shop: &Shop) -> Result<(), DbError> {
    const SQL: &str =
        "UPDATE shops SET name = $2, currency = $3, timezone = $4, language = $5, status = 'active', uninstalled_at = NULL WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(twin.0).bind(&shop.name).bind(shop.currency.code()).bind(&shop.timezone).bind(&shop.language).execute(c).await?
        .rows_affected());
    Ok(())
}

/// Clears away what the last canary left in its twin.
///
/// # Errors
/// `Unavailable`; then nothing is.
pub async fn clear(tx: &mut Tx, twin: ShopId) -> Result<(), DbError> {
    for table in super::erase::OF_SHOPPERS.iter().chain(&COPIED) {
        // Of twins alone, whatever is asked for.
        let sql = sqlx::AssertSqlSafe(format!(
            "DELETE FROM {table} WHERE shop_id = $1 AND EXISTS (SELECT 1 FROM shops s WHERE s.id = $1 AND s.canary_of IS NOT NULL)"
        ));
        on_tx!(tx, c => sqlx::query(sql).bind(twin.0).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// Begins a run, unless one is under way. Has it begun?
///
/// # Errors
/// `Unavailable`.
pub async fn begin(tx: &mut Tx, shop: ShopId, run: &Run) -> Result<bool, DbError> {
    const SQL: &str =
        "INSERT INTO canaries (shop_id, id, twin_id, stage, stage_since, begun_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let begun = on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(run.id).bind(run.twin.0).bind(run.stage.as_str()).bind(ms(run.stage_since))
        .bind(ms(run.begun_at)).execute(c).await?.rows_affected());
    Ok(begun > 0)
}

/// Notes how far a run came.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, run: &Run) -> Result<(), DbError> {
    const SQL: &str = "UPDATE canaries SET stage = $3, stage_since = $4, ended_at = $5, problem = $6, reached = $7 WHERE shop_id = $1 AND id = $2 AND ended_at IS NULL";
    let reached: Reached = run.reached.iter().map(|(stage, at)| (stage.as_str().to_owned(), ms(*at))).collect();
    let reached = to_json(&reached)?;
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(run.id).bind(run.stage.as_str()).bind(ms(run.stage_since)).bind(run.ended_at.map(ms))
        .bind(&run.problem).bind(reached).execute(c).await?.rows_affected());
    Ok(())
}

/// A shop's newest run.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn newest(db: &Db, shop: ShopId) -> Result<Option<Run>, DbError> {
    const SQL: &str = "SELECT * FROM canaries WHERE shop_id = $1 ORDER BY id DESC LIMIT 1";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_optional(c).await?);
    row.map(Run::try_from).transpose()
}

/// The newest run that came through, or the newest that ended at all.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn newest_ended(db: &Db, shop: ShopId, came_through: bool) -> Result<Option<Run>, DbError> {
    const SQL: &str =
        "SELECT * FROM canaries WHERE shop_id = $1 AND ended_at IS NOT NULL AND (problem IS NULL OR NOT $2) ORDER BY id DESC LIMIT 1";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(came_through).fetch_optional(c).await?);
    row.map(Run::try_from).transpose()
}

/// Since when runs have failed one after the other, up to the newest.
///
/// # Errors
/// `Unavailable`.
pub async fn failing_since(db: &Db, shop: ShopId) -> Result<Option<Timestamp>, DbError> {
    const SQL: &str = "SELECT MIN(ended_at) FROM canaries WHERE shop_id = $1 AND problem IS NOT NULL
        AND begun_at > (SELECT COALESCE(MAX(begun_at), 0) FROM canaries WHERE shop_id = $1 AND ended_at IS NOT NULL AND problem IS NULL)";
    let since: Option<i64> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_one(c).await?);
    Ok(since.map(instant))
}

/// Forgets runs that began before an instant.
///
/// # Errors
/// `Unavailable`.
pub async fn forget(tx: &mut Tx, shop: ShopId, before: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM canaries WHERE shop_id = $1 AND ended_at IS NOT NULL AND begun_at < $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(ms(before)).execute(c).await?.rows_affected());
    Ok(())
}

/// What became of a delivery: its state, and why it was set aside.
///
/// # Errors
/// `Unavailable`.
pub async fn delivery(db: &Db, twin: ShopId, key: &str) -> Result<Option<(String, Option<String>)>, DbError> {
    const SQL: &str = "SELECT state, reason FROM deliveries WHERE shop_id = $1 AND delivery_key = $2";
    Ok(on_db!(db, c => sqlx::query_as(SQL).bind(twin.0).bind(key).fetch_optional(c).await?))
}

/// Why no message was planned in a twin, by the last decision.
///
/// # Errors
/// `Unavailable`.
pub async fn not_planned(db: &Db, twin: ShopId) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT why FROM decisions WHERE shop_id = $1 AND outcome = 'not_planned' ORDER BY at DESC, id DESC LIMIT 1";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(twin.0).fetch_optional(c).await?))
}

/// Net worth of a twin's orders, and what is credited of it by each model, in minor units.
///
/// # Errors
/// `Unavailable`.
pub async fn credited(db: &Db, twin: ShopId) -> Result<(i64, Vec<(String, i64)>), DbError> {
    const WORTH: &str = "SELECT CAST(COALESCE(SUM(net_minor), 0) AS BIGINT) FROM orders WHERE shop_id = $1";
    const CREDITED: &str = "SELECT model, CAST(SUM(net_minor) AS BIGINT) FROM credits WHERE shop_id = $1 GROUP BY model ORDER BY model";
    let worth: i64 = on_db!(db, c => sqlx::query_scalar(WORTH).bind(twin.0).fetch_one(c).await?);
    let credited: Vec<(String, i64)> = on_db!(db, c => sqlx::query_as(CREDITED).bind(twin.0).fetch_all(c).await?);
    Ok((worth, credited))
}
