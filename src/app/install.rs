//! Connecting a store by installing an app of the merchant's own: its id and secret are entered once, the store's page asks its owner, and what comes back is
//! checked, kept, and put to use.

use super::access::audit;
use super::keys::token_hash;
use super::{App, AppError, stores};
use crate::clock::bytes;
use crate::db;
use crate::db::Tx;
use crate::db::shop_access::Kind;
use crate::db::shop_apps::{AppRow, Looked};
use crate::db::shops::Shop;
use crate::domain::ids::ShopId;
use crate::platforms;
use crate::platforms::store_api::StoreError;
use crate::platforms::store_install::{InstallAsk, InstallFault, Query, StoreGrant, StoreInstall};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

/// What the audit says of an installation; its detail are the scopes, between spaces.
pub const INSTALLED: &str = "shop.installed";
/// Below the public address: where the platform sends the merchant's browser afterwards.
pub const BACK: &str = "/settings/connection/installed";
/// An installation that was begun has to come back within this.
const STATE_LASTS: SignedDuration = SignedDuration::from_mins(10);
const STATE_BYTES: usize = 32;
/// What of a problem is kept.
const PROBLEM_MAX: usize = 400; // characters

/// Why an installation came to nothing. Nothing that was there before is lost.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Another fault.
    #[error(transparent)]
    App(#[from] AppError),
    /// What came back is not believed.
    #[error("what came back is not believed: {0}")]
    Called(#[from] InstallFault),
    /// It answers nothing that this session has asked, or asked in the last ten minutes, or it was answered before.
    #[error("it answers nothing that was asked here in the last ten minutes")]
    State,
    /// The store's owner said no.
    #[error("it was not allowed in the store")]
    Denied,
    /// The store granted no token; why is kept with the app.
    #[error("the store granted no access")]
    Store,
}

impl From<db::DbError> for InstallError {
    fn from(error: db::DbError) -> Self {
        Self::App(error.into())
    }
}

/// How apps are installed on the platform of a store; none where that isn't offered.
fn installer(shop: &Shop) -> Option<&'static dyn StoreInstall> {
    platforms::by_name(&shop.platform).and_then(platforms::Platform::install).filter(|i| i.is_domain(&shop.domain))
}

/// Where platforms send the merchant's browser back to.
pub fn back_url(app: &App) -> String {
    format!("{}{BACK}", app.config.public_url)
}

/// What to enter as the app's own address on a platform.
pub fn app_url(app: &App, shop: &Shop) -> String {
    format!("{}/connect/{}", app.config.public_url, shop.platform)
}

/// Where a store's webhooks go.
fn webhooks_url(app: &App, shop: &Shop) -> String {
    format!("{}/webhooks/{}/{}", app.config.public_url, shop.platform, shop.id)
}

/// Could a store of this platform have that domain?
pub fn is_domain(platform: &str, domain: &str) -> bool {
    platforms::by_name(platform).and_then(platforms::Platform::install).is_some_and(|i| i.is_domain(domain))
}

/// Keeps an app's id and secret, in the place of any other.
///
/// # Errors
/// `Invalid` for what can't be one, or where nothing can be installed; `NotFound`, `Db`.
pub async fn set_app(app: &App, shop: &Shop, (id, secret): (&str, &str), actor: &str) -> Result<(), AppError> {
    offered(shop)?;
    let (id, secret) = stores::checked_client(id, secret)?;
    let sealed = app.keys.seal(shop.id.0, bytes(app.random.as_ref()), secret)?;
    let mut tx = app.db.begin().await?;
    db::shop_apps::set(&mut tx, shop.id, (id, &sealed), app.now()).await?;
    audit(app, &mut tx, shop.id, actor, ("shop.app", id)).await?;
    Ok(tx.commit().await?)
}

fn offered(shop: &Shop) -> Result<&'static dyn StoreInstall, AppError> {
    let why = "an app can be installed only in a store whose address on its platform is known, such as acme.myshopify.com";
    installer(shop).ok_or_else(|| AppError::Invalid(why.into()))
}

async fn entered(app: &App, shop: &Shop) -> Result<(AppRow, SecretString), AppError> {
    let row =
        db::shop_apps::get(&app.db, shop.id).await?.ok_or(AppError::NotFound("app of that store: enter its client ID and secret first"))?;
    let secret = SecretString::from(app.keys.open(shop.id.0, &row.sealed)?);
    Ok((row, secret))
}

/// Begins an installation: the address of the store's page on which its owner decides. Whoever comes back must be in this session.
///
/// # Errors
/// `NotFound` before an app was entered, `Invalid`, `Store` for an address that can't be, `Db`.
pub async fn begin(app: &App, shop: &Shop, session: Uuid) -> Result<String, AppError> {
    let installer = offered(shop)?;
    let (row, _) = entered(app, shop).await?;
    let state = URL_SAFE_NO_PAD.encode(bytes::<STATE_BYTES>(app.random.as_ref()));
    let ask = InstallAsk { client_id: &row.client_id, back: &back_url(app), state: &state };
    let page = installer.page(&app.stores.line(app)?, &shop.domain, &ask)?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    db::shop_apps::begin(&mut tx, shop.id, (&token_hash(&state), session), (now, now + STATE_LASTS)).await?;
    tx.commit().await?;
    Ok(page)
}

/// Takes what came back: checks it, uses it up, exchanges its code for a token, keeps that, and has the store send its webhooks.
///
/// # Errors
/// Why it came to nothing.
pub async fn finish(app: &App, shop: &Shop, (session, actor): (Uuid, &str), query: &Query<'_>) -> Result<(), InstallError> {
    let installer = offered(shop)?;
    let said = |name: &str| query.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| *value);
    let (row, secret) = entered(app, shop).await?;
    // A refusal carries nothing that has to be believed.
    if !said("error").is_empty() {
        return Err(InstallError::Denied);
    }
    installer.check(query, &shop.domain, (&secret, app.now()))?;
    let mut tx = app.db.begin().await?;
    let asked = db::shop_apps::take(&mut tx, shop.id, (&token_hash(said("state")), session), app.now()).await?;
    tx.commit().await?;
    if !asked {
        return Err(InstallError::State);
    }
    let line = app.stores.line(app).map_err(AppError::from)?;
    match installer.exchange(&line, &shop.domain, (&row.client_id, &secret), said("code")).await {
        Ok(grant) => keep(app, shop, (&grant, &secret), actor).await?,
        Err(error) => {
            note(app, shop.id, &error).await?;
            return Err(InstallError::Store);
        }
    }
    // What can't be asked for now is told beside the app, and can be asked for again.
    look(app, shop.id).await?;
    Ok(())
}

/// Keeps what was granted, with everything that follows from it.
async fn keep(app: &App, shop: &Shop, (grant, secret): (&StoreGrant, &SecretString), actor: &str) -> Result<(), AppError> {
    let token = app.keys.seal(shop.id.0, bytes(app.random.as_ref()), grant.token.expose_secret())?;
    let mut known = false;
    for sealed in db::shops::secrets(&app.db, shop.id).await? {
        known |= app.keys.open(shop.id.0, &sealed)? == secret.expose_secret();
    }
    let now = app.now();
    let mut tx = app.db.begin().await?;
    db::shop_access::set(&mut tx, shop.id, Kind::Install, &token, now).await?;
    db::shop_apps::set_installed(&mut tx, shop.id, &grant.scopes, now).await?;
    if !known {
        // The platform signs with it what it sends for the app.
        let sealed = app.keys.seal(shop.id.0, bytes(app.random.as_ref()), secret.expose_secret())?;
        db::shops::add_secret(&mut tx, shop.id, app.new_id(), &sealed, now).await?;
    }
    mark(app, &mut tx, shop.id, (&grant.scopes.join(" "), actor)).await?;
    Ok(tx.commit().await?)
}

/// The app is there: what its removal had stopped goes on.
///
/// # Errors
/// `Db`.
pub async fn mark(app: &App, tx: &mut Tx, shop: ShopId, (scopes, actor): (&str, &str)) -> Result<(), AppError> {
    db::shops::set_uninstalled(tx, shop, None).await?;
    audit(app, tx, shop, actor, (INSTALLED, scopes)).await
}

async fn note(app: &App, shop: ShopId, error: &StoreError) -> Result<(), AppError> {
    tracing::warn!(%error, %shop, "the store could not be connected");
    let text: String = error.to_string().chars().take(PROBLEM_MAX).collect();
    let mut tx = app.db.begin().await?;
    db::shop_apps::set_problem(&mut tx, shop, &text).await?;
    Ok(tx.commit().await?)
}

/// Asks the store what it granted, and for webhooks that it doesn't send yet. What goes wrong is kept with the app.
///
/// # Errors
/// `Db`, `Keys`.
pub async fn look(app: &App, shop: ShopId) -> Result<(), AppError> {
    // As it is now: the app may just have been installed.
    let shop = &db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let Some(api) = stores::api(app, shop).await? else { return Ok(()) };
    let asked = async {
        let seen = api.about().await?;
        let subscribed = api.subscribe(&webhooks_url(app, shop)).await?;
        Ok::<_, StoreError>((seen, subscribed))
    };
    match asked.await {
        Ok((seen, subscribed)) => {
            let looked = Looked { scopes: &seen.scopes, topics: &subscribed.topics, refused: &subscribed.refused };
            let mut tx = app.db.begin().await?;
            db::shop_apps::set_looked(&mut tx, shop.id, &looked, app.now()).await?;
            Ok(tx.commit().await?)
        }
        Err(error) => note(app, shop.id, &error).await,
    }
}

/// A store's app, as it can be shown: never its secret or token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Public.
    pub client_id: String,
    /// When it was installed; none: not yet, or removed in the store since.
    pub installed_at: Option<Timestamp>,
    /// What was granted of what is asked for.
    pub granted: Vec<(&'static str, &'static str)>,
    /// What wasn't, and what it is for.
    pub missing: Vec<(&'static str, &'static str)>,
    /// What the store sends webhooks about.
    pub topics: Vec<String>,
    /// What it doesn't, each with why.
    pub refused: Vec<(String, String)>,
    /// Of those, the ones without which carts or orders are not known of in time, as the webhooks' headers spell them.
    pub vital: Vec<&'static str>,
    /// What went wrong last.
    pub problem: Option<String>,
    /// When the store was last asked.
    pub looked_at: Option<Timestamp>,
}

/// What there is of installing an app in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is asked for, and what each is for.
    pub scopes: &'static [(&'static str, &'static str)],
    /// The app, once it was entered.
    pub app: Option<Shown>,
}

/// What there is of it; none where nothing can be installed.
///
/// # Errors
/// `Db`.
pub async fn offer(app: &App, shop: &Shop) -> Result<Option<Offer>, AppError> {
    let Some(installer) = installer(shop) else { return Ok(None) };
    let scopes = installer.scopes();
    let row = db::shop_apps::get(&app.db, shop.id).await?;
    let shown = |row: AppRow| {
        let missing = stores::lacking(scopes, &row.scopes);
        let is_refused = |topic: &&str| row.refused.iter().any(|(refused, _)| refused.to_lowercase() == topic.replace('/', "_"));
        let vital = platforms::by_name(&shop.platform).map_or(&[] as &[&str], platforms::Platform::vital_topics);
        Shown {
            granted: scopes.iter().filter(|wanted| !missing.contains(wanted)).copied().collect(),
            missing,
            client_id: row.client_id,
            installed_at: row.installed_at,
            topics: row.topics,
            vital: vital.iter().copied().filter(is_refused).collect(),
            refused: row.refused,
            problem: row.problem,
            looked_at: row.looked_at,
        }
    };
    Ok(Some(Offer { scopes, app: row.map(shown) }))
}
