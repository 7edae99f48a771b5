//! A store's hidden twin: its name, zone, language and currency, its templates, its sending policy and its campaign as they are now, and nothing of its shoppers.
//!
//! It is a shop of its own, so that nothing of a canary can touch the store's carts, orders or figures; it is in no list, and it reaches nobody, since the
//! only channels of a twin are those that deliver to nobody (`App::channel_for`).

use crate::app::{App, AppError, policies};
use crate::clock::bytes;
use crate::db::campaigns::CampaignRow;
use crate::db::policies::PolicyRow;
use crate::db::shops::Shop;
use crate::db::templates::NewVersion;
use crate::db::{self, Tx};
use crate::domain::campaign::{CampaignSpec, CampaignStatus};
use crate::domain::ids::{CampaignId, ShopId};
use crate::domain::watch::{canary_policy, canary_spec};

/// Who copies.
const AUTHOR: &str = "canary";

/// Is any of a store's campaigns published?
pub fn is_published(campaigns: &[CampaignRow]) -> bool {
    campaigns.iter().any(|c| c.status == CampaignStatus::Published)
}

/// The campaign that carts of a store enter now, as it was published; none while none is.
///
/// # Errors
/// `Db`.
pub async fn campaign(app: &App, shop: ShopId) -> Result<Option<CampaignSpec>, AppError> {
    let published = |c: &CampaignRow| c.status == CampaignStatus::Published;
    let published: Vec<CampaignId> = db::campaigns::list(&app.db, shop).await?.iter().filter(|c| published(c)).map(|c| c.id).collect();
    if published.is_empty() {
        return Ok(None);
    }
    let mut tx = app.db.begin().await?;
    let at_work = db::campaigns::at_work(&mut tx, shop).await?;
    tx.rollback().await?;
    Ok(at_work.into_iter().find(|c| published.contains(&c.id)).map(|c| c.spec))
}

/// The twin, made ready for a canary: what the last one left is gone, and what the store has now is copied.
///
/// # Errors
/// `Db`, `Keys`.
pub async fn ready(app: &App, shop: &Shop, spec: &CampaignSpec) -> Result<ShopId, AppError> {
    let twin = match db::canaries::twin_of(&app.db, shop.id).await? {
        Some(twin) => twin,
        None => make(app, shop).await?,
    };
    let templates = db::templates::list(&app.db, shop.id).await?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    db::shops::lock_apply(&mut tx, twin).await?;
    db::canaries::clear(&mut tx, twin).await?;
    db::canaries::copy_settings(&mut tx, twin, shop).await?;
    for t in &templates {
        let copy = NewVersion {
            fresh_id: app.new_id(),
            key: &t.key,
            channel: t.channel,
            language: &t.language,
            source: &t.source,
            author: AUTHOR,
            now,
        };
        db::templates::add_version(&mut tx, twin, &copy).await?;
    }
    let policy = canary_policy(&policies::in_force(&mut tx, shop.id).await?);
    db::policies::add(&mut tx, twin, &PolicyRow { version: 1, policy, set_by: AUTHOR.into(), set_at: now }).await?;
    publish(app, &mut tx, twin, canary_spec(spec)).await?;
    tx.commit().await?;
    Ok(twin)
}

async fn publish(app: &App, tx: &mut Tx, twin: ShopId, spec: CampaignSpec) -> Result<(), AppError> {
    let now = app.now();
    let abandon_after = spec.abandon_after.millis();
    let row =
        CampaignRow { id: CampaignId(app.new_id()), status: CampaignStatus::Published, version: 1, spec, created_at: now, updated_at: now };
    db::campaigns::save(tx, twin, &row).await?;
    db::campaigns::add_version(tx, twin, &row, now).await?;
    Ok(db::shops::set_abandon_after(tx, twin, abandon_after).await?)
}

/// A new twin, with a secret that nobody else knows.
async fn make(app: &App, shop: &Shop) -> Result<ShopId, AppError> {
    let id = ShopId(app.new_id());
    let twin = Shop {
        id,
        // No such domain can be (RFC 2606, section 2).
        domain: format!("canary-{}.invalid", shop.id.0.simple()),
        status: "active".into(),
        uninstalled_at: None,
        created_at: app.now(),
        canary_of: Some(shop.id),
        ..shop.clone()
    };
    let secret = hex::encode(bytes::<32>(app.random.as_ref()));
    let sealed = app.keys.seal(id.0, bytes(app.random.as_ref()), &secret)?;
    let mut tx = app.db.begin().await?;
    db::shops::insert(&mut tx, &twin).await?;
    db::shops::add_secret(&mut tx, id, app.new_id(), &sealed, app.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// The secret with which a twin's deliveries are signed.
///
/// # Errors
/// `Db`, `Keys` when it was sealed with another key.
pub async fn secret(app: &App, twin: ShopId) -> Result<String, AppError> {
    let sealed = db::shops::secrets(&app.db, twin).await?;
    let newest = sealed.first().ok_or(AppError::NotFound("secret of the canary's twin"))?;
    Ok(app.keys.open(twin.0, newest)?)
}
