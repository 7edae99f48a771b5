//! Accepting a delivery: whose it is, whether it is signed, durable, answered. Many requests share one commit.

use super::catalogue::OWN_TOPICS;
use crate::app::App;
use crate::db::deliveries::NewDelivery;
use crate::db::shops::Shop;
use crate::db::{self, Db, DbError};
use crate::domain::contact::Identity;
use crate::domain::event::{Event, Token};
use crate::domain::ids::{DeliveryId, ShopId};
use crate::platforms::{self, Envelope, Headers, Platform, PlatformError, ReadContext};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// At most this many deliveries share one commit.
const BATCH_MAX: usize = 256;
/// And at most this many bytes.
const BATCH_BYTES_MAX: usize = 4 << 20;
/// Deliveries that may wait for a commit; more are answered with 503 after [`QUEUE_WAIT`].
const QUEUE_MAX: usize = 1024;
/// Shopify gives a request five seconds: the waits of one delivery (queue, commit, messages in flight) add up to less.
const QUEUE_WAIT: Duration = Duration::from_millis(500);
/// How long one commit may take before the platform is asked to send again.
const COMMIT_WAIT: Duration = Duration::from_millis(1800);
/// How long a shop's secrets are believed without asking the database again.
const KEYS_FRESH: SignedDuration = SignedDuration::from_secs(5);
/// After a bad signature they are asked for again if they are older than this: a secret may just have been added.
const KEYS_RECHECK: SignedDuration = SignedDuration::from_secs(1);
/// An order's acknowledgement waits this often, this long, for messages of its cart that are already on their way.
const FLIGHT_CHECKS: u32 = 100;
const FLIGHT_PAUSE: Duration = Duration::from_millis(25);

/// A webhook request.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// From the URL.
    pub platform: String,
    /// From the URL, where it names the shop.
    pub shop: Option<ShopId>,
    /// Names in lower case.
    pub headers: Headers,
    /// As received.
    pub body: Vec<u8>,
}

/// Why a delivery wasn't accepted.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Unknown shop, missing or wrong signature, or a body of another shop.
    #[error("{0}")]
    Unauthorized(String),
    /// Not a delivery of that platform.
    #[error("{0}")]
    Bad(String),
    /// It can't be made durable now: it must be sent again.
    #[error("it can't be stored now: {0}")]
    Unavailable(String),
}

/// A shop with what its deliveries are checked against.
struct ShopKeys {
    shop: Shop,
    secrets: Vec<String>,
    loaded_at: Timestamp,
}

struct Job {
    delivery: NewDelivery,
    stored: oneshot::Sender<Result<(), String>>,
}

/// Where accepted deliveries wait for their commit, and the keys of shops that send.
pub struct Intake {
    queue: mpsc::Sender<Job>,
    known: Mutex<HashMap<(String, String), Arc<ShopKeys>>>,
}

impl Intake {
    /// Starts the committers: one for SQLite, which has one writer; two for PostgreSQL, so that one collects while the other syncs.
    pub fn start(db: &Db) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        let jobs = Arc::new(tokio::sync::Mutex::new(jobs));
        let committers = match db {
            Db::Sqlite { .. } => 1,
            Db::Postgres(_) => 2,
        };
        for _ in 0..committers {
            tokio::spawn(commit_forever(db.clone(), Arc::clone(&jobs)));
        }
        Self { queue, known: Mutex::new(HashMap::new()) }
    }

    async fn store(&self, delivery: NewDelivery) -> Result<(), IntakeError> {
        let (stored, answer) = oneshot::channel();
        let full = |_| IntakeError::Unavailable("too many deliveries are waiting".into());
        self.queue.send_timeout(Job { delivery, stored }, QUEUE_WAIT).await.map_err(full)?;
        match tokio::time::timeout(COMMIT_WAIT, answer).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(problem))) => Err(IntakeError::Unavailable(problem)),
            Ok(Err(_)) => Err(IntakeError::Unavailable("the program is stopping".into())),
            // It may still become durable: then the repeat changes nothing.
            Err(_) => Err(IntakeError::Unavailable("the commit takes too long".into())),
        }
    }

    fn cached(&self, key: &(String, String), now: Timestamp, fresh: SignedDuration) -> Option<Arc<ShopKeys>> {
        let known = self.known.lock().ok()?;
        known.get(key).filter(|k| now.duration_since(k.loaded_at) < fresh).cloned()
    }
}

/// Commits what has arrived while the last commit ran; no timer.
async fn commit_forever(db: Db, jobs: Arc<tokio::sync::Mutex<mpsc::Receiver<Job>>>) {
    loop {
        let batch = collect(&jobs).await;
        if batch.is_empty() {
            return;
        }
        metrics::histogram!(crate::telemetry::INTAKE_BATCH_SIZE).record(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
        let (deliveries, waiting): (Vec<NewDelivery>, Vec<_>) = batch.into_iter().map(|j| (j.delivery, j.stored)).unzip();
        match commit(&db, &deliveries).await {
            Err(DbError::Refused(_)) if deliveries.len() > 1 => {
                // One row that the database refuses must not take the others with it.
                for (delivery, stored) in deliveries.iter().zip(waiting) {
                    let done = commit(&db, std::slice::from_ref(delivery)).await;
                    let _ = stored.send(done.map_err(|e| e.to_string()));
                }
            }
            done => {
                let done = done.map_err(|e| e.to_string());
                for stored in waiting {
                    let _ = stored.send(done.clone());
                }
            }
        }
    }
}

async fn collect(jobs: &tokio::sync::Mutex<mpsc::Receiver<Job>>) -> Vec<Job> {
    let mut jobs = jobs.lock().await;
    let Some(first) = jobs.recv().await else { return Vec::new() };
    let mut bytes = first.delivery.body.len();
    let mut batch = vec![first];
    while batch.len() < BATCH_MAX && bytes < BATCH_BYTES_MAX {
        let Ok(job) = jobs.try_recv() else { break };
        bytes += job.delivery.body.len();
        batch.push(job);
    }
    batch
}

async fn commit(db: &Db, deliveries: &[NewDelivery]) -> Result<(), DbError> {
    let urgent: BTreeSet<Uuid> = deliveries.iter().filter(|d| d.urgent).map(|d| d.shop_id.0).collect();
    db::deliveries::store(db, deliveries, &urgent).await
}

/// Accepts a delivery: once this returns, it is durable, and no message that it forbids leaves any more.
///
/// # Errors
/// `Unauthorized`, `Bad`, `Unavailable`; then nothing was stored, or nobody was told that it was.
pub async fn accept(app: &App, incoming: Incoming) -> Result<(), IntakeError> {
    let platform = platforms::by_name(&incoming.platform).ok_or_else(|| IntakeError::Bad("there is no such platform".into()))?;
    let envelope = platform.envelope(&incoming.headers).map_err(|e| incomplete(platform, &incoming.headers, &e))?;
    let keys = check(app, platform, &envelope, &incoming).await?;
    // Headers aren't signed: nothing from outside may pass for what Comeback wrote itself.
    if envelope.topic.starts_with(OWN_TOPICS) {
        return Err(IntakeError::Bad("there is no such topic".into()));
    }
    let now = app.now();
    let urgent = platform.is_urgent(&envelope.topic, &incoming.body);
    let delivery = NewDelivery {
        id: DeliveryId(app.new_id()),
        shop_id: keys.shop.id,
        delivery_key: envelope.delivery_key,
        topic: envelope.topic,
        api_version: envelope.api_version,
        event_id: envelope.event_id,
        triggered_at: envelope.triggered_at,
        received_at: now,
        urgent,
        body: incoming.body,
    };
    keep(app, platform, delivery).await?;
    // What a canary brings must not hide that nothing else comes.
    if keys.shop.canary_of.is_none() {
        metrics::counter!(crate::telemetry::DELIVERIES_ACCEPTED).increment(1);
    }
    Ok(())
}

/// Makes a delivery durable: once this returns, no message that it forbids leaves any more.
///
/// # Errors
/// `Unavailable`; then nobody may be told that it was stored.
pub(in crate::app) async fn keep(app: &App, platform: &'static dyn Platform, delivery: NewDelivery) -> Result<(), IntakeError> {
    let forbids = delivery.urgent.then(|| delivery.clone());
    app.intake.store(delivery).await?;
    app.stored.notify_one();
    if let Some(delivery) = forbids {
        // Without an answer nothing is known of messages in flight: it is stored, and is asked for again until it can be acknowledged.
        wait_for_messages_in_flight(app, platform, &delivery).await.map_err(|e| IntakeError::Unavailable(e.to_string()))?;
    }
    Ok(())
}

/// What a request without an id or topic is answered: one without a signature, too, isn't the platform's at all.
fn incomplete(platform: &dyn Platform, headers: &Headers, error: &PlatformError) -> IntakeError {
    match platform.verify(headers, &[], &[]) {
        Err(missing @ PlatformError::MissingHeader(_)) => IntakeError::Unauthorized(missing.to_string()),
        _ => IntakeError::Bad(error.to_string()),
    }
}

/// Finds the shop and checks the signature, the headers and the body against it.
async fn check(app: &App, platform: &'static dyn Platform, envelope: &Envelope, incoming: &Incoming) -> Result<Arc<ShopKeys>, IntakeError> {
    let denied = |e: PlatformError| IntakeError::Unauthorized(e.to_string());
    let unknown = || IntakeError::Unauthorized("no store is known by that address".into());
    let key = match (incoming.shop, &envelope.shop_domain) {
        (Some(id), _) => (platform.name().to_owned(), id.to_string()),
        (None, Some(domain)) => (platform.name().to_owned(), domain.to_lowercase()),
        (None, None) => return Err(IntakeError::Unauthorized("neither the URL nor a header names a store".into())),
    };
    let keys = shop_keys(app, &key, incoming.shop, KEYS_FRESH).await?.ok_or_else(unknown)?;
    let keys = match platform.verify(&incoming.headers, &incoming.body, &keys.secrets) {
        Err(PlatformError::BadSignature) => {
            let again = shop_keys(app, &key, incoming.shop, KEYS_RECHECK).await?.ok_or_else(unknown)?;
            platform.verify(&incoming.headers, &incoming.body, &again.secrets).map_err(denied)?;
            again
        }
        result => {
            result.map_err(denied)?;
            keys
        }
    };
    if envelope.shop_domain.as_ref().is_some_and(|d| !d.eq_ignore_ascii_case(&keys.shop.domain)) {
        return Err(IntakeError::Unauthorized("the headers name another store than the URL".into()));
    }
    platform.check_shop(&incoming.body, &keys.shop.domain).map_err(denied)?;
    Ok(keys)
}

async fn shop_keys(
    app: &App,
    key: &(String, String),
    id: Option<ShopId>,
    fresh: SignedDuration,
) -> Result<Option<Arc<ShopKeys>>, IntakeError> {
    let now = app.now();
    if let Some(known) = app.intake.cached(key, now, fresh) {
        return Ok(Some(known));
    }
    let unavailable = |e: DbError| IntakeError::Unavailable(e.to_string());
    let shop = match id {
        Some(id) => db::shops::get(&app.db, id).await.map_err(unavailable)?,
        None => db::shops::by_domain(&app.db, &key.0, &key.1).await.map_err(unavailable)?,
    };
    let Some(shop) = shop.filter(|s| s.platform == key.0 && s.status != "removed") else { return Ok(None) };
    let sealed = db::shops::secrets(&app.db, shop.id).await.map_err(unavailable)?;
    let opened: Result<Vec<String>, _> = sealed.iter().map(|s| app.keys.open(shop.id.0, s)).collect();
    let secrets = opened.map_err(|e| IntakeError::Unavailable(e.to_string()))?;
    let keys = Arc::new(ShopKeys { shop, secrets, loaded_at: now });
    if let Ok(mut known) = app.intake.known.lock() {
        known.insert(key.clone(), Arc::clone(&keys));
    }
    Ok(Some(keys))
}

/// A message for the same cart or shopper that was claimed before this delivery was stored may be at its provider now. The answer waits for it, a few
/// seconds at most: after the answer nothing more leaves.
async fn wait_for_messages_in_flight(app: &App, platform: &'static dyn Platform, delivery: &NewDelivery) -> Result<(), DbError> {
    if !db::nudges::any_in_flight(&app.db, delivery.shop_id).await? {
        return Ok(());
    }
    let context = ReadContext {
        topic: &delivery.topic,
        received_at: delivery.received_at,
        triggered_at: delivery.triggered_at,
        shop_currency: crate::domain::money::Currency::USD,
    };
    let Ok(events) = platforms::meaning(platform, &context, &delivery.body) else { return Ok(()) };
    let writers: Vec<Identity> = events.iter().filter_map(writer).collect();
    let (tokens, mut identities) = names(&events);
    identities.extend(&writers);
    for _ in 0..FLIGHT_CHECKS {
        if !db::nudges::in_flight(&app.db, delivery.shop_id, &tokens, &identities).await? {
            return Ok(());
        }
        app.clock.sleep(FLIGHT_PAUSE).await;
    }
    Ok(())
}

fn writer(event: &Event) -> Option<Identity> {
    if let Event::Reply(seen) = event { seen.writer() } else { None }
}

fn names(events: &[Event]) -> (Vec<&Token>, Vec<&Identity>) {
    let mut tokens = Vec::new();
    let mut identities = Vec::new();
    for event in events {
        match event {
            Event::Order(seen) => {
                tokens.extend(&seen.tokens);
                identities.extend(&seen.person.identities);
            }
            Event::Cart(seen) => {
                tokens.extend(&seen.tokens);
                identities.extend(&seen.person.identities);
            }
            Event::Consent(seen) => identities.extend(&seen.identities),
            Event::EraseContact { identities: erased } => identities.extend(erased),
            _ => {}
        }
    }
    (tokens, identities)
}
