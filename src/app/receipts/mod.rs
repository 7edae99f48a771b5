//! What providers tell after they took a message, and what people answer: believed or not, durable before it is answered, then folded like any webhook.

mod settle;

pub(in crate::app) use settle::{counted, settle, weigh};

use super::access::audit;
use super::ingest::{self, IntakeError};
use super::{App, AppError};
use crate::channels::{Callback, Unheard};
use crate::db;
use crate::db::deliveries::NewDelivery;
use crate::db::shops::Shop;
use crate::domain::event::ChannelKind;
use crate::domain::ids::{DeliveryId, ShopId};
use crate::domain::receipt::Told;
use crate::platforms::own::{self, Unread};
use crate::platforms::{self, Platform};
use futures_util::future::join_all;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Receipts that wait for their commit side by side: a provider tells of up to a thousand in one call.
const TOGETHER: usize = 64;
/// A provider's id of what it tells is at most this long; of a longer one its digest is kept.
const EVENT_ID_MAX: usize = 200; // bytes
/// Of a call that can't be read so much is kept.
const UNREAD_MAX: usize = 64 * 1024; // bytes

/// A provider's request, as it came.
#[derive(Debug, Clone)]
pub struct Call {
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query, as received.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Not a byte of it changed.
    pub body: Vec<u8>,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Everything that it told is durable, or was before. What the provider has to be answered, where it is more than "fine".
    Kept(Option<String>),
    /// It isn't the provider who speaks, as far as we can tell.
    NotBelieved,
    /// It can't be checked or made durable now: the provider is to call again.
    Busy,
}

/// Notes that a person has looked at a reply that may ask to stop. The address stays forbidden: who allows it again says so apart.
///
/// # Errors
/// `NotFound` when there is no such reply, or somebody has looked at it before; `Db`.
pub async fn reviewed(app: &App, shop: ShopId, reply: Uuid, actor: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    db::replies::review(&mut tx, shop, reply, app.now()).await?.ok_or(AppError::NotFound("reply to be looked at"))?;
    audit(app, &mut tx, shop, actor, ("reply.reviewed", &reply.to_string())).await?;
    Ok(tx.commit().await?)
}

/// Hears a provider's call. Once this says that it is kept, no message that it forbids leaves any more.
pub async fn hear(app: &App, (provider, shop): (&str, ShopId), call: Call) -> Heard {
    let row = match db::shops::get(&app.db, shop).await {
        Ok(row) => row.filter(|s| s.status != "removed" && s.canary_of.is_none()),
        Err(error) => {
            tracing::warn!(%error, %shop, "a provider's call could not be checked; it is asked to call again");
            return count("any", Heard::Busy, "busy");
        }
    };
    let Some(row) = row else { return count("none", Heard::NotBelieved, "not_believed") };
    let call = Callback {
        method: call.method,
        url: format!("{}{}", app.config.public_url, call.target),
        headers: call.headers,
        body: call.body,
        at: app.now(),
    };
    let (provider, heard) = ask(app, &row, provider, &call).await;
    let (told, answer) = match heard {
        Ok(heard) => (heard.told, heard.answer),
        Err(Unheard::NotOurs(why)) => {
            tracing::warn!(%why, %shop, provider, "a provider's call was not believed");
            return count(provider, Heard::NotBelieved, "not_believed");
        }
        Err(Unheard::TryAgain(why)) => {
            tracing::warn!(%why, %shop, provider, "a provider's call could not be checked; it is asked to call again");
            return count(provider, Heard::Busy, "busy");
        }
        Err(Unheard::Unreadable(why)) => return set_aside(app, &row, (provider, &why), &call).await,
    };
    match keep(app, &row, told).await {
        Ok(()) => count(provider, Heard::Kept(answer), "kept"),
        Err(error) => busy(&row, provider, &error),
    }
}

fn busy(shop: &Shop, provider: &'static str, error: &IntakeError) -> Heard {
    tracing::error!(%error, shop = %shop.id, provider, "what a provider told could not be stored; it is asked to call again");
    count(provider, Heard::Busy, "busy")
}

fn count(provider: &'static str, heard: Heard, outcome: &'static str) -> Heard {
    metrics::counter!(crate::telemetry::CALLBACKS, "provider" => provider, "outcome" => outcome).increment(1);
    heard
}

/// Asks the shop's channels of that provider what the call means: the first that believes it has the word.
async fn ask(app: &App, shop: &Shop, provider: &str, call: &Callback) -> (&'static str, Result<crate::channels::Heard, Unheard>) {
    let mut last = ("none", Err(Unheard::NotOurs("the store has no provider of that name".to_owned())));
    for kind in ChannelKind::ALL {
        let Some(channel) = app.channel_for(shop, kind).filter(|c| c.name() == provider) else { continue };
        last = (channel.name(), channel.hear(call).await);
        if !matches!(last.1, Err(Unheard::NotOurs(_))) {
            return last;
        }
    }
    last
}

/// Makes what was told durable, each once.
async fn keep(app: &App, shop: &Shop, told: Vec<Told>) -> Result<(), IntakeError> {
    let unwritten = |e: serde_json::Error| IntakeError::Bad(e.to_string());
    let now = app.now();
    let mut deliveries = Vec::with_capacity(told.len());
    for mut told in told {
        date(&mut told, now);
        let body = serde_json::to_vec(&told).map_err(unwritten)?;
        let key = format!("{}:{}", own::topic_of_told(&told), event_id(&told));
        deliveries.push(delivery(app, shop, (own::topic_of_told(&told), key), (body, told.forbids())));
    }
    store(app, shop, deliveries).await
}

/// Nothing is told before it happened: a provider's clock that is ahead is not followed.
fn date(told: &mut Told, now: Timestamp) {
    match told {
        Told::Receipt(seen) => seen.at = seen.at.min(now),
        Told::Reply(seen) => seen.at = seen.at.min(now),
    }
}

/// Unique for what is told, within the shop.
fn event_id(told: &Told) -> String {
    let (provider, id) = match told {
        Told::Receipt(seen) => (&seen.provider, &seen.event_id),
        Told::Reply(seen) => (&seen.provider, &seen.event_id),
    };
    if id.len() <= EVENT_ID_MAX { format!("{provider}:{id}") } else { format!("{provider}:{}", hex::encode(Sha256::digest(id.as_bytes()))) }
}

fn delivery(app: &App, shop: &Shop, (topic, key): (&str, String), (body, urgent): (Vec<u8>, bool)) -> NewDelivery {
    NewDelivery {
        id: DeliveryId(app.new_id()),
        shop_id: shop.id,
        delivery_key: key,
        topic: topic.to_owned(),
        api_version: None,
        event_id: None,
        triggered_at: None,
        received_at: app.now(),
        urgent,
        body,
    }
}

async fn store(app: &App, shop: &Shop, deliveries: Vec<NewDelivery>) -> Result<(), IntakeError> {
    let unknown = || IntakeError::Unavailable("the store's platform is not known".into());
    let platform: &'static dyn Platform = platforms::by_name(&shop.platform).ok_or_else(unknown)?;
    let mut left = deliveries.into_iter().peekable();
    while left.peek().is_some() {
        let together: Vec<NewDelivery> = left.by_ref().take(TOGETHER).collect();
        for done in join_all(together.into_iter().map(|d| ingest::keep(app, platform, d))).await {
            done?;
        }
    }
    Ok(())
}

/// Keeps a call that can't be read, for the merchant to see: once, however often it comes.
async fn set_aside(app: &App, shop: &Shop, (name, why): (&'static str, &str), call: &Callback) -> Heard {
    let said = if call.body.is_empty() { call.url.as_bytes() } else { &call.body };
    let digest = hex::encode(Sha256::digest(said));
    // Forms and queries write these two so; in plain, an address can be found when its person is to be forgotten.
    let text = String::from_utf8_lossy(said.get(..UNREAD_MAX).unwrap_or(said)).replace("%2B", "+").replace("%40", "@");
    let unread = Unread { provider: name.to_owned(), why: why.to_owned(), body: text };
    let Ok(body) = serde_json::to_vec(&unread) else { return count(name, Heard::Kept(None), "unreadable") };
    let key = format!("{}:{name}:{digest}", own::CALLBACK);
    match store(app, shop, vec![delivery(app, shop, (own::CALLBACK, key), (body, false))]).await {
        Ok(()) => count(name, Heard::Kept(None), "unreadable"),
        Err(error) => busy(shop, name, &error),
    }
}
