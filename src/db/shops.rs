//! Shops, their webhook secrets, and the rows by which their work is kept apart.

use super::{Db, DbError, Tx, from_json, instant, ms, to_json};
use crate::domain::attribution::Model;
use crate::domain::ids::ShopId;
use crate::domain::money::Currency;
use crate::domain::order::{Basis, SetBasis};
use crate::domain::sms::MessageSettings;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

/// A merchant's store.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shop {
    /// Ours.
    pub id: ShopId,
    /// `shopify`.
    pub platform: String,
    /// On its platform: `acme.myshopify.com`.
    pub domain: String,
    /// As shoppers know it.
    pub name: String,
    /// In which its orders are counted.
    pub currency: Currency,
    /// IANA.
    pub timezone: String,
    /// Of its templates, where a shopper's own is unknown: `en`.
    pub language: String,
    /// `active`, `paused`, `removed`.
    pub status: String,
    /// When it removed the app, if it did.
    pub uninstalled_at: Option<Timestamp>,
    /// The shortest of its published campaigns.
    pub abandon_after_ms: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// The store whose way this hidden twin goes; none for a store.
    #[serde(skip)]
    pub canary_of: Option<ShopId>,
    /// Its own providers, sealed; none: those of the program's settings.
    #[serde(skip)]
    pub channels: Option<Vec<u8>>,
    /// What it sets about its messages.
    #[serde(skip)]
    pub messages: MessageSettings,
    /// How often it has set that.
    #[serde(skip)]
    pub messages_version: i64,
    /// What it counts as revenue.
    #[serde(skip)]
    pub basis: SetBasis,
    /// Its own domain for links in messages: `go.shop.example`.
    pub link_domain: Option<String>,
    /// When that was seen to lead here; until then it isn't used.
    pub link_domain_seen_at: Option<Timestamp>,
    /// By which model its headlines are told.
    pub credit_model: Model,
}

impl Shop {
    /// The time zone that its days are of; UTC where its name is none that is known.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    platform: String,
    domain: String,
    name: String,
    currency: String,
    timezone: String,
    language: String,
    status: String,
    uninstalled_at: Option<i64>,
    abandon_after_ms: i64,
    created_at: i64,
    canary_of: Option<Uuid>,
    channels: Option<Vec<u8>>,
    message_settings: Option<String>,
    message_settings_version: i64,
    money_settings: Option<String>,
    money_settings_version: i64,
    link_domain: Option<String>,
    link_domain_seen_at: Option<i64>,
    credit_model: String,
}

impl TryFrom<Row> for Shop {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: ShopId(row.id),
            platform: row.platform,
            domain: row.domain,
            name: row.name,
            currency: super::word("currency", &row.currency)?,
            timezone: row.timezone,
            language: row.language,
            status: row.status,
            uninstalled_at: row.uninstalled_at.map(instant),
            abandon_after_ms: row.abandon_after_ms,
            created_at: instant(row.created_at),
            canary_of: row.canary_of.map(ShopId),
            channels: row.channels,
            messages: row.message_settings.map_or_else(|| Ok(MessageSettings::default()), |text| from_json("message settings", &text))?,
            messages_version: row.message_settings_version,
            basis: set_basis(row.money_settings.as_deref(), row.money_settings_version)?,
            link_domain: row.link_domain,
            link_domain_seen_at: row.link_domain_seen_at.map(instant),
            credit_model: super::word("attribution model", &row.credit_model)?,
        })
    }
}

/// What a store counts, as it is kept.
pub(super) fn set_basis(settings: Option<&str>, version: i64) -> Result<SetBasis, DbError> {
    let basis = settings.map_or_else(|| Ok(Basis::default()), |text| from_json("money settings", text))?;
    Ok(SetBasis { basis, version })
}

/// Adds a shop and the rows to lock for it.
///
/// # Errors
/// `Refused` when the platform and domain are taken.
pub async fn insert(tx: &mut Tx, shop: &Shop) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO shops (id, platform, domain, name, currency, timezone, language, status, abandon_after_ms, created_at, canary_of)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    const LOCKS: &str =
        "INSERT INTO shop_locks (shop_id, name) VALUES ($1, 'intake'), ($1, 'apply'), ($1, 'texts'), ($1, 'receipts'), ($1, 'reports')";
    on_tx!(tx, c => {
        sqlx::query(SQL).bind(shop.id.0).bind(&shop.platform).bind(&shop.domain).bind(&shop.name).bind(shop.currency.code()).bind(&shop.timezone)
            .bind(&shop.language).bind(&shop.status).bind(shop.abandon_after_ms).bind(ms(shop.created_at))
            .bind(shop.canary_of.map(|of| of.0)).execute(&mut *c).await?;
        sqlx::query(LOCKS).bind(shop.id.0).execute(c).await?;
    });
    Ok(())
}

/// Every store that wasn't removed, oldest first; without the hidden twins of canaries.
///
/// # Errors
/// `Unavailable`.
pub async fn list(db: &Db) -> Result<Vec<Shop>, DbError> {
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as("SELECT * FROM shops WHERE status <> 'removed' AND canary_of IS NULL ORDER BY created_at, id").fetch_all(c).await?);
    rows.into_iter().map(Shop::try_from).collect()
}

/// Every store that ever was, oldest first, and the hidden twins of canaries: whatever holds rows.
///
/// # Errors
/// `Unavailable`.
pub async fn every(db: &Db) -> Result<Vec<Shop>, DbError> {
    let rows: Vec<Row> = on_db!(db, c => sqlx::query_as("SELECT * FROM shops ORDER BY created_at, id").fetch_all(c).await?);
    rows.into_iter().map(Shop::try_from).collect()
}

/// One shop.
///
/// # Errors
/// `Unavailable`.
pub async fn get(db: &Db, id: ShopId) -> Result<Option<Shop>, DbError> {
    let row: Option<Row> = on_db!(db, c => sqlx::query_as("SELECT * FROM shops WHERE id = $1").bind(id.0).fetch_optional(c).await?);
    row.map(Shop::try_from).transpose()
}

/// The same, inside a transaction.
///
/// # Errors
/// `Unavailable`.
pub async fn get_in(tx: &mut Tx, id: ShopId) -> Result<Option<Shop>, DbError> {
    let row: Option<Row> = on_tx!(tx, c => sqlx::query_as("SELECT * FROM shops WHERE id = $1").bind(id.0).fetch_optional(c).await?);
    row.map(Shop::try_from).transpose()
}

/// The shop of a platform's domain.
///
/// # Errors
/// `Unavailable`.
pub async fn by_domain(db: &Db, platform: &str, domain: &str) -> Result<Option<Shop>, DbError> {
    const SQL: &str = "SELECT * FROM shops WHERE platform = $1 AND domain = $2";
    let row: Option<Row> = on_db!(db, c => sqlx::query_as(SQL).bind(platform).bind(domain).fetch_optional(c).await?);
    row.map(Shop::try_from).transpose()
}

/// Sets `active`, `paused` or `removed`. A store that is removed leaves its link domain to others.
///
/// # Errors
/// `Unavailable`.
pub async fn set_status(tx: &mut Tx, id: ShopId, status: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shops SET status = $2, link_domain = CASE WHEN $2 = 'removed' THEN NULL ELSE link_domain END WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(id.0).bind(status).execute(c).await?.rows_affected());
    Ok(())
}

/// Gives a shop another name.
///
/// # Errors
/// `Unavailable`.
pub async fn set_name(tx: &mut Tx, id: ShopId, name: &str) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("UPDATE shops SET name = $2 WHERE id = $1").bind(id.0).bind(name).execute(c).await?.rows_affected());
    Ok(())
}

/// When each of its secrets that are valid was added, newest first.
///
/// # Errors
/// `Unavailable`.
pub async fn secrets_since(db: &Db, shop: ShopId) -> Result<Vec<Timestamp>, DbError> {
    const SQL: &str = "SELECT created_at FROM shop_secrets WHERE shop_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC";
    let all: Vec<i64> = on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_all(c).await?);
    Ok(all.into_iter().map(instant).collect())
}

/// Notes that the shop removed the app, or has it again.
///
/// # Errors
/// `Unavailable`.
pub async fn set_uninstalled(tx: &mut Tx, id: ShopId, at: Option<Timestamp>) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("UPDATE shops SET uninstalled_at = $2 WHERE id = $1").bind(id.0).bind(at.map(ms)).execute(c).await?.rows_affected());
    Ok(())
}

/// Sets the shortest time of its published campaigns after which a cart counts as abandoned.
///
/// # Errors
/// `Unavailable`.
pub async fn set_abandon_after(tx: &mut Tx, id: ShopId, abandon_after_ms: i64) -> Result<(), DbError> {
    on_tx!(tx, c => sqlx::query("UPDATE shops SET abandon_after_ms = $2 WHERE id = $1").bind(id.0).bind(abandon_after_ms).execute(c).await?.rows_affected());
    Ok(())
}

/// Adds a webhook secret, sealed.
///
/// # Errors
/// `Unavailable`.
pub async fn add_secret(tx: &mut Tx, shop: ShopId, id: Uuid, sealed: &[u8], now: Timestamp) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO shop_secrets (shop_id, id, sealed, created_at) VALUES ($1, $2, $3, $4)";
    on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(id).bind(sealed).bind(ms(now)).execute(c).await?.rows_affected());
    Ok(())
}

/// Its secrets that are valid, newest first, sealed.
///
/// # Errors
/// `Unavailable`.
pub async fn secrets(db: &Db, shop: ShopId) -> Result<Vec<Vec<u8>>, DbError> {
    const SQL: &str = "SELECT sealed FROM shop_secrets WHERE shop_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC";
    Ok(on_db!(db, c => sqlx::query_scalar(SQL).bind(shop.0).fetch_all(c).await?))
}

/// Makes every secret but the newest invalid.
///
/// # Errors
/// `Unavailable`.
pub async fn revoke_old_secrets(tx: &mut Tx, shop: ShopId, keep: Uuid, now: Timestamp) -> Result<u64, DbError> {
    const SQL: &str = "UPDATE shop_secrets SET revoked_at = $3 WHERE shop_id = $1 AND id <> $2 AND revoked_at IS NULL";
    Ok(on_tx!(tx, c => sqlx::query(SQL).bind(shop.0).bind(keep).bind(ms(now)).execute(c).await?.rows_affected()))
}

/// Waits until this transaction alone folds the shop's events. SQLite's transactions are alone anyway.
///
/// # Errors
/// `Unavailable`.
pub async fn lock_apply(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    if let Tx::Postgres(tx) = tx {
        let sql = "SELECT name FROM shop_locks WHERE shop_id = $1 AND name = 'apply' FOR UPDATE";
        sqlx::query(sql).bind(shop.0).fetch_optional(&mut **tx).await?;
    }
    Ok(())
}

/// While this transaction is open no delivery that may end a cart of the shop can be acknowledged.
///
/// # Errors
/// `Unavailable`.
pub async fn hold_intake(tx: &mut Tx, shop: ShopId) -> Result<(), DbError> {
    if let Tx::Postgres(tx) = tx {
        let sql = "SELECT name FROM shop_locks WHERE shop_id = $1 AND name = 'intake' FOR SHARE";
        sqlx::query(sql).bind(shop.0).fetch_optional(&mut **tx).await?;
    }
    Ok(())
}

/// While this transaction is open no nudge of these shops can be claimed. Given in the order of their ids, so that two never wait for each other; one
/// statement per shop, so that each names the key by which rows are distributed.
///
/// # Errors
/// `Unavailable`.
pub async fn hold_claims(tx: &mut Tx, shops: &std::collections::BTreeSet<Uuid>) -> Result<(), DbError> {
    if let Tx::Postgres(tx) = tx {
        let sql = "SELECT name FROM shop_locks WHERE shop_id = $1 AND name = 'intake' FOR UPDATE";
        for shop in shops {
            sqlx::query(sql).bind(shop).fetch_optional(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Keeps a store's own providers, sealed; none: it has none of its own.
///
/// # Errors
/// `Unavailable`.
pub async fn set_channels(tx: &mut Tx, id: ShopId, sealed: Option<&[u8]>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shops SET channels = $2 WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(id.0).bind(sealed).execute(c).await?.rows_affected());
    Ok(())
}

/// Keeps what a store sets about its messages, and counts its version up. The version then.
///
/// # Errors
/// `Unavailable`, `Corrupt` when there is no such store.
pub async fn set_messages(tx: &mut Tx, id: ShopId, settings: &MessageSettings) -> Result<i64, DbError> {
    const SQL: &str = "UPDATE shops SET message_settings = $2, message_settings_version = message_settings_version + 1 WHERE id = $1
        RETURNING message_settings_version";
    let text = to_json(settings)?;
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(id.0).bind(&text).fetch_one(c).await?))
}

/// Keeps what a store counts as revenue, and counts its version up. The version then.
///
/// # Errors
/// `Unavailable`, `Corrupt` when there is no such store.
pub async fn set_money(tx: &mut Tx, id: ShopId, basis: Basis) -> Result<i64, DbError> {
    const SQL: &str = "UPDATE shops SET money_settings = $2, money_settings_version = money_settings_version + 1 WHERE id = $1
        RETURNING money_settings_version";
    let text = to_json(&basis)?;
    Ok(on_tx!(tx, c => sqlx::query_scalar(SQL).bind(id.0).bind(&text).fetch_one(c).await?))
}

/// The store that has a link domain.
///
/// # Errors
/// `Unavailable`.
pub async fn by_link_domain(tx: &mut Tx, domain: &str) -> Result<Option<ShopId>, DbError> {
    let id: Option<Uuid> =
        on_tx!(tx, c => sqlx::query_scalar("SELECT id FROM shops WHERE link_domain = $1").bind(domain).fetch_optional(c).await?);
    Ok(id.map(ShopId))
}

/// Sets the domain of a store's links, not seen yet; none takes it away.
///
/// # Errors
/// `Refused` when another store has it.
pub async fn set_link_domain(tx: &mut Tx, id: ShopId, domain: Option<&str>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shops SET link_domain = $2, link_domain_seen_at = NULL WHERE id = $1";
    on_tx!(tx, c => sqlx::query(SQL).bind(id.0).bind(domain).execute(c).await?.rows_affected());
    Ok(())
}

/// Notes that the domain of a store's links leads here; unless it has another by now.
///
/// # Errors
/// `Unavailable`.
pub async fn link_domain_seen(tx: &mut Tx, id: ShopId, (domain, at): (&str, Timestamp)) -> Result<(), DbError> {
    const SQL: &str = "UPDATE shops SET link_domain_seen_at = $3 WHERE id = $1 AND link_domain = $2";
    on_tx!(tx, c => sqlx::query(SQL).bind(id.0).bind(domain).bind(ms(at)).execute(c).await?.rows_affected());
    Ok(())
}
