//! Templates and their versions.

use super::{Db, DbError, Tx, instant, ms};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use jiff::Timestamp;
use uuid::Uuid;

/// A template with the version in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRow {
    /// Ours.
    pub id: Uuid,
    /// By which campaigns name it.
    pub key: String,
    /// For which channel.
    pub channel: ChannelKind,
    /// BCP 47, the language alone: `en`.
    pub language: String,
    /// In use.
    pub version: i64,
    /// JSON: subject, body, text.
    pub source: String,
    /// When that version was made.
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    key: String,
    channel: String,
    language: String,
    version: i64,
    source: String,
    updated_at: i64,
}

impl TryFrom<Row> for TemplateRow {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id,
            key: row.key,
            channel: super::word("channel", &row.channel)?,
            language: row.language,
            version: row.version,
            source: row.source,
            updated_at: instant(row.updated_at),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.key, t.channel, t.language, t.version, v.source, v.created_at AS updated_at FROM templates t
            JOIN template_versions v ON v.shop_id = t.shop_id AND v.template_id = t.id AND v.version = t.version WHERE t.shop_id = $1 ",
            $rest
        )
    };
}

/// A shop's templates.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn list(db: &Db, shop: ShopId) -> Result<Vec<TemplateRow>, DbError> {
    const SQL: &str = select!("ORDER BY t.key, t.channel, t.language");
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).fetch_all(c).await?);
    rows.into_iter().map(TemplateRow::try_from).collect()
}

/// One template.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn get(db: &Db, shop: ShopId, id: Uuid) -> Result<Option<TemplateRow>, DbError> {
    const SQL: &str = select!("AND t.id = $2");
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id).fetch_optional(c).await?);
    row.map(TemplateRow::try_from).transpose()
}

/// Every language of one template.
///
/// # Errors
/// `Unavailable`, `Corrupt`.
pub async fn by_key(db: &Db, shop: ShopId, key: &str, channel: ChannelKind) -> Result<Vec<TemplateRow>, DbError> {
    const SQL: &str = select!("AND t.key = $2 AND t.channel = $3 ORDER BY t.language");
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(key).bind(channel.as_str()).fetch_all(c).await?);
    rows.into_iter().map(TemplateRow::try_from).collect()
}

/// A new version of a template; the first makes the template.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// For a template that isn't there yet.
    pub fresh_id: Uuid,
    /// By which campaigns name it.
    pub key: &'a str,
    /// For which channel.
    pub channel: ChannelKind,
    /// The language alone.
    pub language: &'a str,
    /// JSON: subject, body, text.
    pub source: &'a str,
    /// Who wrote it.
    pub author: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Stores a new version and puts it to use. The template's id and the version's number.
///
/// # Errors
/// `Unavailable`.
pub async fn add_version(tx: &mut Tx, shop: ShopId, new: &NewVersion<'_>) -> Result<(Uuid, i64), DbError> {
    const HEAD: &str = "INSERT INTO templates (shop_id, id, key, channel, language, version, created_at) VALUES ($1, $2, $3, $4, $5, 1, $6)
        ON CONFLICT (shop_id, key, channel, language) DO UPDATE SET version = templates.version + 1 RETURNING id, version";
    let (id, version): (Uuid, i64) = on_tx!(tx, c => sqlx::query_as(HEAD).bind(shop.0).bind(new.fresh_id).bind(new.key).bind(new.channel.as_str())
        .bind(new.language).bind(ms(new.now)).fetch_one(c).await?);
    insert_version(tx, shop, (id, version), (new.source, new.author, new.now)).await?;
    Ok((id, version))
}

/// Counts a template's version up. The new number; none when the version in use isn't the one that was expected.
///
/// # Errors
/// `Unavailable`.
pub async fn raise_version(tx: &mut Tx, shop: ShopId, id: Uuid, expected: Option<i64>) -> Result<Option<i64>, DbError> {
    // Whoever comes second waits for the row, looks again, and finds that it is no longer what they expected.
    const SQL: &str =
        "UPDATE templates SET version = version + 1 WHERE shop_id = $1 AND id = $2 AND ($3 < 0 OR version = $3) RETURNING version";
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(shop.0).bind(id).bind(expected.unwrap_or(-1)).fetch_optional(c).await?))
}

/// Stores the text of a version: `(source, author, now)`.
///
/// # Errors
/// `Unavailable`.
pub async fn insert_version(
    tx: &mut Tx,
    shop: ShopId,
    (id, version): (Uuid, i64),
    (source, author, now): (&str, &str, Timestamp),
) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO template_versions (shop_id, template_id, version, source, author, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(version).bind(source).bind(author).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// One version of a template: `(version, source, author, created_at)`.
///
/// # Errors
/// `Unavailable`.
pub async fn version(db: &Db, shop: ShopId, id: Uuid, number: i64) -> Result<Option<(i64, String, String, Timestamp)>, DbError> {
    const SQL: &str =
        "SELECT version, source, author, created_at FROM template_versions WHERE shop_id = $1 AND template_id = $2 AND version = $3";
    let row: Option<(i64, String, String, i64)> =
        on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id).bind(number).fetch_optional(c).await?);
    Ok(row.map(|(v, source, author, at)| (v, source, author, instant(at))))
}

/// A template's versions, newest first: `(version, source, author, created_at)`.
///
/// # Errors
/// `Unavailable`.
pub async fn versions(db: &Db, shop: ShopId, id: Uuid) -> Result<Vec<(i64, String, String, Timestamp)>, DbError> {
    const SQL: &str =
        "SELECT version, source, author, created_at FROM template_versions WHERE shop_id = $1 AND template_id = $2 ORDER BY version DESC";
    let rows: Vec<(i64, String, String, i64)> = on_db!(db, c => sqlx::query_as(SQL).bind(shop.0).bind(id).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(v, source, author, at)| (v, source, author, instant(at))).collect())
}
