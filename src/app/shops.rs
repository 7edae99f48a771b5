//! Adding shops and their secrets; stopping and starting them.

use super::access::audit;
use super::{App, AppError};
use crate::clock::bytes;
use crate::db::shops::Shop;
use crate::db::{self, campaigns::CampaignRow, templates::NewVersion};
use crate::domain::attribution::Model;
use crate::domain::campaign::{CampaignSpec, CampaignStatus, SHORTEST_USUAL_ABANDON};
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::money::Currency;
use crate::domain::order::SetBasis;
use crate::domain::sms::MessageSettings;
use crate::domain::template;
use crate::platforms;

const SECRET_MIN: usize = 8;
const NAME_MAX: usize = 120; // characters

/// A shop to be added.
#[derive(Debug, Clone)]
pub struct NewShop {
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
    /// Of its templates: `en`.
    pub language: String,
    /// With which the platform signs.
    pub webhook_secret: String,
}

/// The platforms that a shop may run on, by the words that are stored.
pub fn platforms() -> Vec<&'static str> {
    platforms::ALL.iter().map(|p| p.name()).collect()
}

/// Adds a shop with its first secret, its starter templates and one campaign in draft.
///
/// # Errors
/// `Invalid` for a platform, zone, domain or secret that can't be; `Conflict` when the domain is there; `Db`.
pub async fn add(app: &App, new: NewShop, actor: &str) -> Result<Shop, AppError> {
    check_secret(&new.webhook_secret)?;
    insert(app, &new, actor).await
}

/// The same without a secret, which comes when the platform has been told the address of its webhooks; until then every delivery is refused.
///
/// # Errors
/// As in [`add`].
pub async fn add_unconnected(app: &App, new: NewShop, actor: &str) -> Result<Shop, AppError> {
    insert(app, &NewShop { webhook_secret: String::new(), ..new }, actor).await
}

fn check_secret(secret: &str) -> Result<(), AppError> {
    if secret.trim().len() >= SECRET_MIN {
        return Ok(());
    }
    Err(AppError::Invalid(format!("a webhook secret has at least {SECRET_MIN} characters: copy it from the platform's settings")))
}

async fn insert(app: &App, new: &NewShop, actor: &str) -> Result<Shop, AppError> {
    let shop = checked(app, new)?;
    if db::shops::by_domain(&app.db, &shop.platform, &shop.domain).await?.is_some() {
        return Err(AppError::Conflict(format!("the store {} is there already; `comeback shop list` shows it", shop.domain)));
    }
    let now = shop.created_at;
    let mut tx = app.db.begin().await?;
    db::shops::insert(&mut tx, &shop).await?;
    if !new.webhook_secret.is_empty() {
        let sealed = app.keys.seal(shop.id.0, bytes(app.random.as_ref()), &new.webhook_secret)?;
        db::shops::add_secret(&mut tx, shop.id, app.new_id(), &sealed, now).await?;
    }
    for starter in template::starters() {
        let source = serde_json::to_string(&starter.source()).map_err(|e| AppError::Invalid(e.to_string()))?;
        let version = NewVersion {
            fresh_id: app.new_id(),
            key: starter.key,
            channel: starter.channel,
            language: starter.language,
            source: &source,
            author: "comeback",
            now,
        };
        db::templates::add_version(&mut tx, shop.id, &version).await?;
    }
    let spec = CampaignSpec::starter();
    let campaign =
        CampaignRow { id: CampaignId(app.new_id()), status: CampaignStatus::Draft, version: 0, spec, created_at: now, updated_at: now };
    db::campaigns::save(&mut tx, shop.id, &campaign).await?;
    audit(app, &mut tx, shop.id, actor, ("shop.add", &shop.domain)).await?;
    tx.commit().await?;
    Ok(shop)
}

fn checked(app: &App, new: &NewShop) -> Result<Shop, AppError> {
    let invalid = |text: String| AppError::Invalid(text);
    let names = || self::platforms().join(", ");
    platforms::by_name(&new.platform).ok_or_else(|| invalid(format!("there is no platform {:?}; known: {}", new.platform, names())))?;
    jiff::tz::TimeZone::get(&new.timezone)
        .map_err(|_| invalid(format!("{:?} is not a time zone; expected a name such as America/New_York", new.timezone)))?;
    let domain = new.domain.trim().trim_start_matches("https://").trim_end_matches('/').to_lowercase();
    let label_ok = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if domain.split('.').count() < 2 || !domain.split('.').all(label_ok) {
        return Err(invalid(format!("{:?} is not a domain; expected something like acme.myshopify.com", new.domain)));
    }
    name(&new.name)?;
    Ok(Shop {
        id: ShopId(app.new_id()),
        platform: new.platform.clone(),
        domain,
        name: new.name.trim().to_owned(),
        currency: new.currency,
        timezone: new.timezone.clone(),
        language: new.language.clone(),
        status: "active".into(),
        uninstalled_at: None,
        abandon_after_ms: SHORTEST_USUAL_ABANDON.millis(),
        created_at: app.now(),
        canary_of: None,
        channels: None,
        messages: MessageSettings::default(),
        messages_version: 0,
        basis: SetBasis::default(),
        link_domain: None,
        link_domain_seen_at: None,
        credit_model: Model::LastTouch,
    })
}

/// Adds a webhook secret; the others stay valid, or are made invalid with `revoke_others`.
///
/// # Errors
/// `Invalid` for a short secret, `NotFound`, `Db`.
pub async fn add_secret(app: &App, shop: ShopId, secret: &str, revoke_others: bool, actor: &str) -> Result<(), AppError> {
    check_secret(secret)?;
    db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let sealed = app.keys.seal(shop.0, bytes(app.random.as_ref()), secret)?;
    let (id, now) = (app.new_id(), app.now());
    let mut tx = app.db.begin().await?;
    db::shops::add_secret(&mut tx, shop, id, &sealed, now).await?;
    if revoke_others {
        db::shops::revoke_old_secrets(&mut tx, shop, id, now).await?;
    }
    audit(app, &mut tx, shop, actor, ("shop.secret", if revoke_others { "replaced" } else { "added" })).await?;
    Ok(tx.commit().await?)
}

/// Sets a shop to `active`, `paused` (its nudges wait) or `removed` (it is forgotten by lists, and receives nothing). An active shop has the app: one that
/// had removed it is believed to have it again.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn set_status(app: &App, shop: ShopId, status: &'static str, actor: &str) -> Result<(), AppError> {
    db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let mut tx = app.db.begin().await?;
    db::shops::set_status(&mut tx, shop, status).await?;
    if status == "active" {
        db::shops::set_uninstalled(&mut tx, shop, None).await?;
    }
    audit(app, &mut tx, shop, actor, ("shop.status", status)).await?;
    Ok(tx.commit().await?)
}

/// A store's name, if it can be one.
fn name(text: &str) -> Result<&str, AppError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NAME_MAX || text.chars().any(char::is_control) {
        return Err(AppError::Invalid(format!("give the store a name of 1 to {NAME_MAX} characters")));
    }
    Ok(text)
}

/// Gives a shop another name: messages that are made from now on say it.
///
/// # Errors
/// `Invalid` for a name that can't be, `NotFound`, `Db`.
pub async fn rename(app: &App, shop: ShopId, to: &str, actor: &str) -> Result<(), AppError> {
    let to = name(to)?;
    db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let mut tx = app.db.begin().await?;
    db::shops::set_name(&mut tx, shop, to).await?;
    audit(app, &mut tx, shop, actor, ("shop.name", to)).await?;
    Ok(tx.commit().await?)
}
