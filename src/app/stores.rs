//! The way to ask stores: the access they were given, opened when it is needed, and one caller for all of them.

use super::access::audit;
use super::keys::Keys;
use super::{App, AppError};
use crate::clock::{Clock, bytes};
use crate::config::Config;
use crate::db::shop_access::{AccessRow, Kind};
use crate::db::shops::Shop;
use crate::db::{self, Db};
use crate::domain::ids::ShopId;
use crate::platforms;
use crate::platforms::store_api::{StoreAccess, StoreApi, StoreError, StoreLine, StoreSeen};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

const SECRET_MIN: usize = 8;
const SECRET_MAX: usize = 1024; // characters
const CLIENT_ID_MAX: usize = 200; // characters

/// Access to be given to a store.
#[derive(Debug, Clone)]
pub enum NewAccess {
    /// An access token that stays valid.
    Token(String),
    /// An app's own id and secret.
    Client {
        /// Public.
        id: String,
        /// Secret.
        secret: String,
    },
}

/// What a store answered when it was asked who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// Its answer.
    pub seen: StoreSeen,
    /// Scopes that Comeback has use for and wasn't given, and what each is for.
    pub missing: Vec<(&'static str, &'static str)>,
}

/// The callers of stores, kept as long as their access stays the same: each knows its token and its budget.
#[derive(Default)]
pub struct Stores {
    line: OnceLock<Result<StoreLine, String>>,
    known: Mutex<HashMap<ShopId, Known>>,
}

impl Stores {
    /// How stores are called.
    pub(super) fn line(&self, app: &App) -> Result<StoreLine, StoreError> {
        self.line.get_or_init(|| line(&app.config, &app.clock)).clone().map_err(StoreError::Address)
    }
}

/// The access as sealed, and the caller that was made of it.
type Known = (Vec<u8>, Arc<dyn StoreApi>);

/// A way to ask a store; none where it gave no access, removed the app, or is a canary's twin.
///
/// # Errors
/// `Db`, `Keys`; `Store` for an address that can't be called.
pub async fn api(app: &App, shop: &Shop) -> Result<Option<Arc<dyn StoreApi>>, AppError> {
    if shop.canary_of.is_some() || shop.uninstalled_at.is_some() || shop.status == "removed" {
        return Ok(None);
    }
    let Some(row) = db::shop_access::get(&app.db, shop.id).await? else { return Ok(None) };
    // Sealed with chance: other bytes are other access.
    let same = |(sealed, api): &Known| (*sealed == row.sealed).then(|| Arc::clone(api));
    let known = app.stores.known.lock().unwrap_or_else(PoisonError::into_inner).get(&shop.id).and_then(same);
    if let Some(api) = known {
        return Ok(Some(api));
    }
    let line = app.stores.line(app)?;
    let api = connect(&line, shop, opened(&app.keys, shop.id, &row)?)?;
    app.stores.known.lock().unwrap_or_else(PoisonError::into_inner).insert(shop.id, (row.sealed, Arc::clone(&api)));
    Ok(Some(api))
}

/// Says whether opt-outs that are learned here are told to the store, where its access allows it.
///
/// # Errors
/// `NotFound` without access, `Db`.
pub async fn set_tell_opt_outs(app: &App, shop: ShopId, tell: bool, actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !db::shop_access::set_tell_opt_outs(&mut tx, shop, tell).await? {
        return Err(AppError::NotFound("access to that store: give it some first"));
    }
    audit(app, &mut tx, shop, actor, ("shop.tell_opt_outs", if tell { "on" } else { "off" })).await?;
    Ok(tx.commit().await?)
}

/// Asks a store who it is, as `doctor` does: none where it gave no access.
///
/// # Errors
/// `Db`, `Keys`.
pub async fn probe(
    (db, config): (&Db, &Config),
    keys: &Keys,
    clock: &Arc<dyn Clock>,
    shop: &Shop,
) -> Result<Option<Result<Probed, StoreError>>, AppError> {
    let Some(row) = db::shop_access::get(db, shop.id).await? else { return Ok(None) };
    let access = opened(keys, shop.id, &row)?;
    let api = line(config, clock).map_err(StoreError::Address).and_then(|line| connect(&line, shop, access));
    let asked = match api {
        Ok(api) => api.about().await,
        Err(error) => Err(error),
    };
    Ok(Some(asked.map(|seen| Probed { missing: missing(shop, &seen.scopes), seen })))
}

fn missing(shop: &Shop, given: &[String]) -> Vec<(&'static str, &'static str)> {
    lacking(platforms::by_name(&shop.platform).map(platforms::Platform::scopes).unwrap_or_default(), given)
}

/// The scopes that were not given. Whoever may write may read.
pub(super) fn lacking(wanted: &[(&'static str, &'static str)], given: &[String]) -> Vec<(&'static str, &'static str)> {
    let has = |scope: &str| {
        given.iter().any(|g| g == scope || scope.strip_prefix("read_").is_some_and(|of| g.strip_prefix("write_") == Some(of)))
    };
    wanted.iter().filter(|(scope, _)| !has(scope)).copied().collect()
}

fn line(config: &Config, clock: &Arc<dyn Clock>) -> Result<StoreLine, String> {
    StoreLine::new(config.shopify_base_url.as_deref(), Arc::clone(clock)).map_err(|error| error.to_string())
}

fn connect(line: &StoreLine, shop: &Shop, access: StoreAccess) -> Result<Arc<dyn StoreApi>, StoreError> {
    platforms::by_name(&shop.platform).ok_or(StoreError::NotOffered)?.api(line, &shop.domain, access)
}

fn opened(keys: &Keys, shop: ShopId, row: &AccessRow) -> Result<StoreAccess, AppError> {
    let secret = SecretString::from(keys.open(shop.0, &row.sealed)?);
    Ok(match &row.client_id {
        Some(id) => StoreAccess::Client { id: id.clone(), secret },
        None => StoreAccess::Token(secret),
    })
}

/// Gives a store's access, in the place of any other.
///
/// # Errors
/// `Invalid` for what can't be a token or secret, `NotFound`, `Db`.
pub async fn give_access(app: &App, shop: ShopId, new: NewAccess, actor: &str) -> Result<(), AppError> {
    db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let (id, secret) = match &new {
        NewAccess::Token(token) => (None, token.trim()),
        NewAccess::Client { id, secret } => (Some(checked_client(id, secret)?.0), secret.trim()),
    };
    let what = if id.is_some() { "client secret" } else { "access token" };
    let secret = checked(what, secret, SECRET_MIN..=SECRET_MAX)?;
    let sealed = app.keys.seal(shop.0, bytes(app.random.as_ref()), secret)?;
    let mut tx = app.db.begin().await?;
    db::shop_access::set(&mut tx, shop, id.map_or(Kind::Token, Kind::Client), &sealed, app.now()).await?;
    audit(app, &mut tx, shop, actor, ("shop.access", what)).await?;
    Ok(tx.commit().await?)
}

/// An app's id and secret, if they can be.
///
/// # Errors
/// `Invalid`.
pub(super) fn checked_client<'a>(id: &'a str, secret: &'a str) -> Result<(&'a str, &'a str), AppError> {
    let id = checked("client id", id.trim(), 1..=CLIENT_ID_MAX)?;
    Ok((id, checked("client secret", secret.trim(), SECRET_MIN..=SECRET_MAX)?))
}

/// It travels in a header, where only printable characters may stand.
fn checked<'a>(what: &str, text: &'a str, length: std::ops::RangeInclusive<usize>) -> Result<&'a str, AppError> {
    if length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(text);
    }
    Err(AppError::Invalid(format!(
        "that can't be the {what}: it has {} to {} characters without spaces; copy it from the platform's settings",
        length.start(),
        length.end()
    )))
}

/// Forgets a store's access.
///
/// # Errors
/// `NotFound` when there is none, `Db`.
pub async fn remove_access(app: &App, shop: ShopId, actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !db::shop_access::remove(&mut tx, shop).await? {
        return Err(AppError::NotFound("access to that store"));
    }
    audit(app, &mut tx, shop, actor, ("shop.access", "removed")).await?;
    Ok(tx.commit().await?)
}

/// What can be shown of a store's access: never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownAccess {
    /// `token` or `client`.
    pub kind: &'static str,
    /// Of a client: its public id.
    pub client_id: Option<String>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When the store was last asked for prices and stock, if ever.
    pub asked_at: Option<Timestamp>,
    /// Why it didn't answer then; none when it did.
    pub problem: Option<String>,
}

/// A store's access, as far as it can be shown; none where none was given.
///
/// # Errors
/// `Db`.
pub async fn shown(db: &Db, shop: ShopId) -> Result<Option<ShownAccess>, AppError> {
    let shown = |AccessRow { client_id, created_at, asked_at, problem, .. }| {
        let kind = if client_id.is_some() { "client" } else { "token" };
        ShownAccess { kind, client_id, given_at: created_at, asked_at, problem }
    };
    Ok(db::shop_access::get(db, shop).await?.map(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_travel_in_a_header_is_no_token() {
        let check =
            |text: &str, expected: bool| assert_eq!(checked("access token", text, SECRET_MIN..=SECRET_MAX).is_ok(), expected, "{text:?}");
        check("shpat_0123456789abcdef", true);
        check("short", false);
        check("shpat_0123\nX-Other: 1", false);
        check("shpat_0123456789äöü", false);
        check(&"x".repeat(SECRET_MAX + 1), false);
    }
}
