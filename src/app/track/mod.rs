//! Events of visits: taken in from a store's server or its pages, each durable before it is answered, and once by its id.

mod limits;

pub use limits::Limits;

use super::access::audit;
use super::ingest::{self, IntakeError};
use super::{App, AppError};
use crate::db;
use crate::db::deliveries::NewDelivery;
use crate::db::shops::Shop;
use crate::domain::ids::{DeliveryId, ShopId};
use crate::domain::visit::{Given, Hearing, Teller, Tracked, host_of};
use crate::platforms::{self, Platform, own};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Events that wait for their commit side by side.
const TOGETHER: usize = 64;
/// So many times [`TOGETHER`] at once: a fraction of what the intake takes, so that webhooks always find room.
const ROOM: usize = 4;
/// How long one waits for room.
const ROOM_WAIT: Duration = Duration::from_secs(2);
/// How long a store and its domains are believed without asking the database again.
const SITE_FRESH: SignedDuration = SignedDuration::from_secs(5);
/// Domains of one store, beside the one on its platform.
const DOMAINS_MAX: usize = 20;
/// Stores that are remembered; more are asked for each time.
const SITES_MAX: usize = 1000;

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is kept.
    Accepted,
    /// It came before.
    Duplicate,
    /// It can't be taken: why, for its sender.
    Refused(String),
}

/// Why events were not taken in.
#[derive(Debug, thiserror::Error)]
pub enum TrackError {
    /// They can't be made durable now.
    #[error("{0}")]
    Busy(String),
    /// The database's fault, or the store's.
    #[error(transparent)]
    App(#[from] AppError),
}

/// An event's id, as far as it could be read, and what became of it.
pub type Answer = (Option<String>, Fate);

/// An event as far as it could be read: its id, and what it says or why it says nothing.
pub type Offered = (Option<String>, Result<Given, String>);

/// A store as its pages know it.
#[derive(Debug)]
pub struct Site {
    /// Which.
    pub shop: Shop,
    /// Hosts of its pages, in lower case.
    pub domains: Vec<String>,
}

/// What is remembered between requests.
pub struct Tracking {
    room: Semaphore,
    sites: Mutex<HashMap<ShopId, (Timestamp, Arc<Site>)>>,
    /// How often pages may tell.
    pub limits: Limits,
}

impl Default for Tracking {
    fn default() -> Self {
        Self { room: Semaphore::new(ROOM), sites: Mutex::default(), limits: Limits::default() }
    }
}

/// A store that is at work, with its domains.
///
/// # Errors
/// `Db`.
pub async fn site(app: &App, shop: ShopId) -> Result<Option<Arc<Site>>, AppError> {
    let now = app.now();
    let known = app.tracking.sites.lock().unwrap_or_else(PoisonError::into_inner).get(&shop).cloned();
    if let Some((_, site)) = known.filter(|(at, _)| *at <= now && now.duration_since(*at) < SITE_FRESH) {
        return Ok(Some(site));
    }
    let Some(row) = db::shops::get(&app.db, shop).await?.filter(|s| s.status != "removed" && s.canary_of.is_none()) else {
        return Ok(None);
    };
    let mut domains = vec![row.domain.to_lowercase()];
    domains.extend(db::domains::of(&app.db, shop).await?);
    let site = Arc::new(Site { shop: row, domains });
    let mut sites = app.tracking.sites.lock().unwrap_or_else(PoisonError::into_inner);
    if sites.len() >= SITES_MAX {
        sites.clear();
    }
    sites.insert(shop, (now, Arc::clone(&site)));
    Ok(Some(site))
}

/// Sets the hosts of a store's pages, beside the one on its platform.
///
/// # Errors
/// `Invalid` for what is no host, `NotFound`, `Db`.
pub async fn set_domains(app: &App, shop: ShopId, given: &[String], actor: &str) -> Result<Vec<String>, AppError> {
    let row = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let mut domains: BTreeSet<String> = BTreeSet::new();
    for text in given.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        let host =
            host(text).ok_or_else(|| AppError::Invalid(format!("{text:?} is not a domain; expected something like shop.example")))?;
        domains.insert(host);
    }
    domains.remove(&row.domain);
    if domains.len() > DOMAINS_MAX {
        return Err(AppError::Invalid(format!("a store has at most {DOMAINS_MAX} domains beside its own")));
    }
    let domains: Vec<String> = domains.into_iter().collect();
    let mut tx = app.db.begin().await?;
    db::domains::set(&mut tx, shop, &domains, app.now()).await?;
    audit(app, &mut tx, shop, actor, ("shop.domains", &domains.join(", "))).await?;
    tx.commit().await?;
    app.tracking.sites.lock().unwrap_or_else(PoisonError::into_inner).remove(&shop);
    Ok(domains)
}

/// The host of what people type: with or without `https://`, and without a path.
fn host(text: &str) -> Option<String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    // A developer's own machine is served without a certificate.
    let host = host_of(&whole).filter(|_| url::Url::parse(&whole).is_ok_and(|u| u.path() == "/" && u.query().is_none()))?;
    let name = host.split(':').next().unwrap_or_default();
    (name == "localhost" || name.contains('.')).then_some(host)
}

/// Takes events in. Once this returns, those that were accepted are durable, and no message that one of them forbids leaves any more.
///
/// # Errors
/// `Busy`, `Db`: all of them may be sent again, and what was kept by then is known as a duplicate.
pub async fn take(app: &App, site: &Site, by: Teller, offered: Vec<Offered>) -> Result<Vec<Answer>, TrackError> {
    let now = app.now();
    let hearing = Hearing { received_at: now, currency: site.shop.currency, by, domains: &site.domains };
    let mut answers: Vec<Answer> = Vec::with_capacity(offered.len());
    let mut fresh: Vec<(usize, NewDelivery)> = Vec::new();
    let mut here: BTreeSet<String> = BTreeSet::new();
    for (place, (id, given)) in offered.into_iter().enumerate() {
        let fate = match given.and_then(|g| g.check(&hearing)) {
            Err(why) => Fate::Refused(why),
            Ok(event) if !here.insert(event.event_id.clone()) => Fate::Duplicate,
            Ok(event) => {
                fresh.push((place, delivery(app, site.shop.id, (by, now), &event)?));
                Fate::Accepted
            }
        };
        answers.push((id, fate));
    }
    keep(app, &site.shop, fresh.iter().map(|(_, d)| d.clone()).collect()).await?;
    let keys: Vec<&str> = fresh.iter().map(|(_, d)| d.delivery_key.as_str()).collect();
    let stored = db::deliveries::ids_by_keys(&app.db, site.shop.id, &keys).await.map_err(AppError::from)?;
    for (place, delivery) in &fresh {
        let is_ours = stored.get(&delivery.delivery_key) == Some(&delivery.id.0);
        if let Some(answer) = answers.get_mut(*place).filter(|_| !is_ours) {
            answer.1 = Fate::Duplicate;
        }
    }
    count(by, &answers);
    Ok(answers)
}

fn count(by: Teller, answers: &[Answer]) {
    let source = source(by);
    for (_, fate) in answers {
        let outcome = match fate {
            Fate::Accepted => "accepted",
            Fate::Duplicate => "duplicate",
            Fate::Refused(_) => "refused",
        };
        metrics::counter!(crate::telemetry::EVENTS, "source" => source, "outcome" => outcome).increment(1);
    }
}

/// Counts a browser's request that is not taken: a robot's, one too many, one without the visitor's agreement.
pub fn count_untaken(why: &'static str) {
    metrics::counter!(crate::telemetry::EVENTS, "source" => source(Teller::Browser), "outcome" => why).increment(1);
}

fn source(by: Teller) -> &'static str {
    match by {
        Teller::Store => "server",
        Teller::Browser => "browser",
    }
}

fn delivery(app: &App, shop: ShopId, (by, now): (Teller, Timestamp), event: &Tracked) -> Result<NewDelivery, AppError> {
    let body = serde_json::to_vec(event).map_err(|e| AppError::Invalid(e.to_string()))?;
    Ok(NewDelivery {
        id: DeliveryId(app.new_id()),
        shop_id: shop,
        delivery_key: format!("event:{}", event.event_id),
        topic: own::topic_of(by).to_owned(),
        api_version: None,
        event_id: None,
        triggered_at: Some(event.at),
        received_at: now,
        urgent: event.is_urgent(),
        body,
    })
}

/// Makes deliveries of our own durable, side by side.
///
/// # Errors
/// `Busy`, `App`.
pub(in crate::app) async fn keep(app: &App, shop: &Shop, deliveries: Vec<NewDelivery>) -> Result<(), TrackError> {
    let platform: &'static dyn Platform = platforms::by_name(&shop.platform).ok_or(AppError::NotFound("platform of that name"))?;
    let busy = || TrackError::Busy("too many events are waiting".into());
    let mut left = deliveries.into_iter().peekable();
    while left.peek().is_some() {
        let together: Vec<NewDelivery> = left.by_ref().take(TOGETHER).collect();
        let _room = tokio::time::timeout(ROOM_WAIT, app.tracking.room.acquire()).await.map_err(|_| busy())?;
        for done in join_all(together.into_iter().map(|d| ingest::keep(app, platform, d))).await {
            done.map_err(|e: IntakeError| TrackError::Busy(e.to_string()))?;
        }
    }
    Ok(())
}
