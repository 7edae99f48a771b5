//! Marks on the time axis: notes of people, and the rows from which the system's own follow.

use super::{Db, DbError, Tx, from_json, instant, ms, word};
use crate::db::report::Period;
use crate::domain::annotation::{Kind, Mark, PriceChange};
use crate::domain::campaign::CampaignSpec;
use crate::domain::ids::ShopId;
use crate::domain::money::{Currency, Money};
use jiff::Timestamp;
use uuid::Uuid;

/// A period shows at most so many marks of a kind: more can't be told apart on an axis.
const MARKS_MAX: i64 = 200;
/// Changes of prices that are read for the marks of a period, which has one a day.
const PRICES_MAX: i64 = 20_000;

/// A note to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// Ours.
    pub id: Uuid,
    /// To when it belongs.
    pub at: Timestamp,
    /// What happened.
    pub note: String,
    /// A user's or token's id, or `cli`.
    pub made_by: String,
    /// When it was made, or changed last.
    pub now: Timestamp,
}

/// Stores a note; one that is there keeps its maker.
///
/// # Errors
/// `Unavailable`.
pub async fn save(tx: &mut Tx, shop: ShopId, row: &NoteRow) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO annotations (shop_id, id, at, note, made_by, made_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
        ON CONFLICT (shop_id, id) DO UPDATE SET at = excluded.at, note = excluded.note, changed_at = excluded.changed_at";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(row.id).bind(ms(row.at)).bind(&row.note).bind(&row.made_by).bind(ms(row.now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Removes a note. Was it there?
///
/// # Errors
/// `Unavailable`.
pub async fn remove(tx: &mut Tx, shop: ShopId, id: Uuid) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM annotations WHERE shop_id = $1 AND id = $2";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).execute(c).await?.rows_affected()) > 0)
}

/// A note.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, shop: ShopId, id: Uuid) -> Result<Option<Mark>, DbError> {
    const SQL: &str = "SELECT id, at, note FROM annotations WHERE shop_id = $1 AND id = $2";
    let row: Option<(Uuid, i64, String)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id).fetch_optional(c).await?);
    Ok(row.map(mark))
}

fn mark((id, at, note): (Uuid, i64, String)) -> Mark {
    Mark { id: Some(id), at: instant(at), until: None, kind: Kind::Note, note }
}

/// The newest notes of a period.
///
/// # Errors
/// `Unavailable`.
pub async fn notes(db: &Db, p: Period) -> Result<Vec<Mark>, DbError> {
    const SQL: &str = "SELECT id, at, note FROM annotations WHERE shop_id = $1 AND at >= $2 AND at < $3 ORDER BY at DESC, id DESC LIMIT $4";
    let rows: Vec<(Uuid, i64, String)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(MARKS_MAX).fetch_all(c).await?);
    Ok(rows.into_iter().map(mark).collect())
}

/// A version of a campaign that was published in a period, beside the one before it.
#[derive(Debug, Clone)]
pub struct Published {
    /// When.
    pub at: Timestamp,
    /// From 1.
    pub version: i64,
    /// As published.
    pub spec: CampaignSpec,
    /// The version before; none for the first.
    pub before: Option<CampaignSpec>,
}

/// Versions of campaigns that were published in a period, the newest.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn published(db: &Db, p: Period) -> Result<Vec<Published>, DbError> {
    const SQL: &str = "SELECT v.published_at, v.version, v.spec, b.spec FROM campaign_versions v
        LEFT JOIN campaign_versions b ON b.shop_id = v.shop_id AND b.campaign_id = v.campaign_id AND b.version = v.version - 1
        WHERE v.shop_id = $1 AND v.published_at >= $2 AND v.published_at < $3 ORDER BY v.published_at DESC, v.campaign_id LIMIT $4";
    let rows: Vec<(i64, i64, String, Option<String>)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(MARKS_MAX).fetch_all(c).await?);
    rows.into_iter()
        .map(|(at, version, spec, before)| {
            let before = before.map(|spec| from_json("campaign", &spec)).transpose()?;
            Ok(Published { at: instant(at), version, spec: from_json("campaign", &spec)?, before })
        })
        .collect()
}

/// Texts that were changed in a period, the newest: when, key, channel and language.
///
/// # Errors
/// `Unavailable`.
pub async fn texts_changed(db: &Db, p: Period) -> Result<Vec<(Timestamp, String, String, String)>, DbError> {
    const SQL: &str = "SELECT v.created_at, t.key, t.channel, t.language FROM template_versions v
        JOIN templates t ON t.shop_id = v.shop_id AND t.id = v.template_id
        WHERE v.shop_id = $1 AND v.version > 1 AND v.created_at >= $2 AND v.created_at < $3 ORDER BY v.created_at DESC, t.id LIMIT $4";
    let rows: Vec<(i64, String, String, String)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(MARKS_MAX).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(at, key, channel, language)| (instant(at), key, channel, language)).collect())
}

/// Prices that changed in a period, the newest. One that was seen to be the same as before it didn't change.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn prices_changed(db: &Db, p: Period) -> Result<Vec<PriceChange>, DbError> {
    const SQL: &str = "SELECT at, name, currency, before_minor, minor FROM (
            SELECT at, name, currency, minor, variant_id, LAG(minor) OVER of_one AS before_minor, LAG(currency) OVER of_one AS before_currency
            FROM catalogue_prices WHERE shop_id = $1 AND at < $3 WINDOW of_one AS (PARTITION BY variant_id ORDER BY at)) AS seen
        WHERE at >= $2 AND before_minor <> minor AND before_currency = currency ORDER BY at DESC, variant_id LIMIT $4";
    let rows: Vec<(i64, String, String, i64, i64)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(PRICES_MAX).fetch_all(c).await?);
    rows.into_iter()
        .map(|(at, name, currency, before, after)| {
            let currency: Currency = word("currency of a price", &currency)?;
            let money = |minor| Money { minor, currency };
            Ok(PriceChange { at: instant(at), name, before: money(before), after: money(after) })
        })
        .collect()
}

/// What people and programs did in a period to campaigns and to the store's settings, the newest: when, what, on what.
///
/// # Errors
/// `Unavailable`.
pub async fn done(db: &Db, p: Period) -> Result<Vec<(Timestamp, String, String)>, DbError> {
    const SQL: &str = "SELECT at, action, detail FROM audit WHERE shop_id = $1 AND at >= $2 AND at < $3
            AND (action IN ('campaign.pause', 'campaign.resume', 'campaign.archive', 'shop.status')
                OR SUBSTR(action, 1, 6) = 'money.' OR SUBSTR(action, 1, 12) = 'attribution.' OR SUBSTR(action, 1, 7) = 'policy.')
        ORDER BY at DESC, id DESC LIMIT $4";
    let rows: Vec<(i64, String, String)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(MARKS_MAX).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(at, action, detail)| (instant(at), action, detail)).collect())
}

/// When the sending policy was set in a period, the newest.
///
/// # Errors
/// `Unavailable`.
pub async fn policies_set(db: &Db, p: Period) -> Result<Vec<Timestamp>, DbError> {
    const SQL: &str = "SELECT set_at FROM shop_policies WHERE shop_id = $1 AND set_at >= $2 AND set_at < $3 ORDER BY set_at DESC LIMIT $4";
    let rows: Vec<i64> =
        on_db!(db, c => sqlx::query_scalar(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(MARKS_MAX).fetch_all(c).await?);
    Ok(rows.into_iter().map(instant).collect())
}

/// Alarms that stood in a period, the newest: since when, until when, and what was wrong.
///
/// # Errors
/// `Unavailable`.
pub async fn alarms(db: &Db, p: Period) -> Result<Vec<(Timestamp, Option<Timestamp>, String, String)>, DbError> {
    const SQL: &str = "SELECT since, cleared_at, kind, what FROM alarms
        WHERE shop_id = $1 AND since < $3 AND (cleared_at IS NULL OR cleared_at >= $2) AND dismissed_at IS NULL ORDER BY since DESC, id DESC LIMIT $4";
    let rows: Vec<(i64, Option<i64>, String, String)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(p.shop.0).bind(ms(p.from)).bind(ms(p.to)).bind(MARKS_MAX).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(since, cleared, kind, what)| (instant(since), cleared.map(instant), kind, what)).collect())
}
