//! The endpoints of a store's own programs: added, changed, tried, and what they were told.

use crate::app::access::audit;
use crate::app::{App, AppError};
use crate::clock::bytes;
use crate::db;
use crate::db::outbound::EndpointRow;
use crate::domain::ids::ShopId;
use crate::domain::outbound::{Event, Kind, secret};
use crate::http_client::{self, Reach};
use jiff::SignedDuration;
use serde_json::json;
use url::Url;
use uuid::Uuid;

/// A store has few programs that want to know; more are a mistake that would multiply what is sent.
const ENDPOINTS_MAX: usize = 20;
const URL_MAX: usize = 500; // characters
const NOTE_MAX: usize = 120; // characters
/// The secret before signs as well for this long, so that programs can change over.
const FORMER_SIGNS: SignedDuration = SignedDuration::from_hours(24);
/// All events, those to come as well.
const ALL: &str = "*";

/// What can be set about an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where it is.
    pub url: String,
    /// For people: what it is for.
    pub note: String,
    /// The names of the events that it is told; none: all, those to come as well.
    pub kinds: Vec<String>,
}

/// What it is told, as it was chosen; none: all.
pub fn kinds_of(row: &EndpointRow) -> Vec<String> {
    if row.kinds == ALL { Vec::new() } else { row.kinds.split(',').filter(|k| !k.is_empty()).map(str::to_owned).collect() }
}

/// Which addresses the program may call: of a program that people try out on their own machine, those on it as well.
pub(super) fn reach(app: &App, url: &Url) -> Reach {
    let at_home = Url::parse(&app.config.public_url).is_ok_and(|own| http_client::is_loopback(&own));
    if at_home && http_client::is_loopback(url) { Reach::Anywhere } else { Reach::PublicOnly }
}

/// The address, if it may be called.
pub(super) fn address(app: &App, text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text.trim()).map_err(|_| "that is not an address; expected something like https://example.com/webhooks".to_owned())?;
    if text.len() > URL_MAX {
        return Err(format!("an address has at most {URL_MAX} characters"));
    }
    match reach(app, &url) {
        Reach::Anywhere if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => http_client::allowed(&url).map(|()| url).map_err(|e| e.to_string()),
    }
}

fn checked(app: &App, wanted: &Wanted) -> Result<(String, String, String), AppError> {
    let url = address(app, &wanted.url).map_err(AppError::Invalid)?;
    let note = wanted.note.trim();
    if note.chars().count() > NOTE_MAX || note.chars().any(char::is_control) {
        return Err(AppError::Invalid(format!("what it is for has at most {NOTE_MAX} characters on one line")));
    }
    let kinds: Vec<Kind> = wanted.kinds.iter().map(|k| k.parse()).collect::<Result<_, _>>().map_err(AppError::Invalid)?;
    let kinds = if kinds.is_empty() {
        ALL.to_owned()
    } else {
        let chosen: Vec<&str> = Kind::ALL.into_iter().filter(|k| kinds.contains(k)).map(Kind::as_str).collect();
        format!(",{},", chosen.join(","))
    };
    Ok((url.to_string(), note.to_owned(), kinds))
}

fn none() -> AppError {
    AppError::NotFound("endpoint with that id")
}

/// One of a store's endpoints.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn get(app: &App, shop: ShopId, id: Uuid) -> Result<EndpointRow, AppError> {
    db::outbound::endpoint(&app.db, shop, id).await?.ok_or_else(none)
}

/// Adds an endpoint, and gives its secret, which is shown this once.
///
/// # Errors
/// `Invalid` for an address that may not be called or an event that there is not, `Conflict` for too many, `Db`, `Keys`.
pub async fn add(app: &App, shop: ShopId, wanted: &Wanted, actor: &str) -> Result<(EndpointRow, String), AppError> {
    let (url, note, kinds) = checked(app, wanted)?;
    if db::outbound::endpoints(&app.db, shop).await?.len() >= ENDPOINTS_MAX {
        return Err(AppError::Conflict(format!("a store has at most {ENDPOINTS_MAX} endpoints: remove one that is not needed any more")));
    }
    let (secret, sealed) = new_secret(app, shop)?;
    let created_at = app.now();
    let row =
        EndpointRow { id: app.new_id(), url, note, kinds, sealed, former: None, on: true, off_why: None, failing_since: None, created_at };
    let mut tx = app.db.begin().await?;
    db::outbound::add(&mut tx, shop, &row).await?;
    audit(app, &mut tx, shop, actor, ("webhook.add", &row.id.to_string())).await?;
    tx.commit().await?;
    Ok((row, secret))
}

fn new_secret(app: &App, shop: ShopId) -> Result<(String, Vec<u8>), AppError> {
    let secret = secret(bytes(app.random.as_ref()));
    let sealed = app.keys.seal(shop.0, bytes(app.random.as_ref()), &secret)?;
    Ok((secret, sealed))
}

/// Changes where an endpoint is, what for, and what it is told.
///
/// # Errors
/// `Invalid` as in [`add`], `NotFound`, `Db`.
pub async fn change(app: &App, shop: ShopId, id: Uuid, wanted: &Wanted, actor: &str) -> Result<EndpointRow, AppError> {
    let (url, note, kinds) = checked(app, wanted)?;
    let mut tx = app.db.begin().await?;
    if !db::outbound::change(&mut tx, shop, id, (&url, &note, &kinds)).await? {
        return Err(none());
    }
    audit(app, &mut tx, shop, actor, ("webhook.change", &id.to_string())).await?;
    tx.commit().await?;
    get(app, shop, id).await
}

/// Gives an endpoint another secret, which is shown this once; the one before signs as well for a day.
///
/// # Errors
/// `NotFound`, `Db`, `Keys`.
pub async fn renew(app: &App, shop: ShopId, id: Uuid, actor: &str) -> Result<String, AppError> {
    let (secret, sealed) = new_secret(app, shop)?;
    let mut tx = app.db.begin().await?;
    if !db::outbound::set_secret(&mut tx, shop, id, (&sealed, app.now() + FORMER_SIGNS)).await? {
        return Err(none());
    }
    audit(app, &mut tx, shop, actor, ("webhook.secret", &id.to_string())).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Switches an endpoint on or off. What waits for one that is off stays, and goes on when it is on again; what happens meanwhile is not told.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn switch(app: &App, shop: ShopId, id: Uuid, on: bool, actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !db::outbound::switch(&mut tx, shop, id, (!on).then_some("hand")).await? {
        return Err(none());
    }
    audit(app, &mut tx, shop, actor, (if on { "webhook.on" } else { "webhook.off" }, &id.to_string())).await?;
    Ok(tx.commit().await?)
}

/// Removes an endpoint with all that it was told.
///
/// # Errors
/// `NotFound`, `Db`.
pub async fn remove(app: &App, shop: ShopId, id: Uuid, actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if !db::outbound::remove(&mut tx, shop, id).await? {
        return Err(none());
    }
    audit(app, &mut tx, shop, actor, ("webhook.remove", &id.to_string())).await?;
    Ok(tx.commit().await?)
}

/// Has an endpoint told an event that says that it is a test. The event.
///
/// # Errors
/// `NotFound`, `Conflict` while it is off, `Db`.
pub async fn test(app: &App, shop: ShopId, id: Uuid, actor: &str) -> Result<Uuid, AppError> {
    if !get(app, shop, id).await?.on {
        return Err(AppError::Conflict("the endpoint is off: switch it on first".into()));
    }
    let event = Event::new(Kind::Test, app.new_id().to_string(), app.now(), json!({"note": "Somebody tries whether this arrives."}));
    let mut tx = app.db.begin().await?;
    db::outbound::put_for(&mut tx, shop, id, &event).await?;
    audit(app, &mut tx, shop, actor, ("webhook.test", &id.to_string())).await?;
    tx.commit().await?;
    Ok(event.id(shop.0))
}

/// Has an endpoint told an event once more, under the same id.
///
/// # Errors
/// `NotFound`, `Conflict` while it is off, `Db`.
pub async fn again(app: &App, shop: ShopId, (id, event): (Uuid, Uuid), actor: &str) -> Result<(), AppError> {
    if !get(app, shop, id).await?.on {
        return Err(AppError::Conflict("the endpoint is off: switch it on first".into()));
    }
    let mut tx = app.db.begin().await?;
    if !db::outbound_sends::again(&mut tx, shop, (id, event), app.now()).await? {
        return Err(AppError::NotFound("event with that id for this endpoint"));
    }
    audit(app, &mut tx, shop, actor, ("webhook.again", &event.to_string())).await?;
    Ok(tx.commit().await?)
}
