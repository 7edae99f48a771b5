//! Messages that are no reminders: the confirmation of an opt-out, the answer to HELP, the question whether somebody may be written to. Outside of campaigns
//! and caps, and sent with the same care: the intent is saved first, under a lease, each has one key for ever, and none is sent twice blindly.

use super::{App, AppError, send};
use crate::channels::{Belongs, Channel, EmailMessage, Fault, Message, Outcome, SmsMessage};
use crate::clock::bytes;
use crate::db;
use crate::db::nudges::Lease;
use crate::db::service_messages::{self as rows, Came, Claimed, NewService};
use crate::db::shops::Shop;
use crate::db::{DbError, Tx};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::domain::receipt::{Fate, Ground};
use crate::domain::retry::wait_after;
use crate::domain::sms::country_of;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use uuid::Uuid;

/// At most this many of one shop are on their way at once.
const BATCH_MAX: i64 = 16;
/// Where something is missing that a person has to set up, it is looked for again after this long.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(60);
/// So long to wait after a refusal that is our own fault.
const OWN_FAULT_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// With less than this, or a quarter, left of the lease nothing is handed over any more.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(20);

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Confirms that nothing more is sent: once, and although the address is suppressed.
    OptedOut,
    /// Answers HELP, although the address may be suppressed.
    Help,
    /// Asks whether somebody may be written to. Never to an address that is suppressed, nor for a store that is paused.
    OptIn,
}

impl Purpose {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OptedOut => "opted_out",
            Self::Help => "help",
            Self::OptIn => "opt_in",
        }
    }
}

/// A message to be queued.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// By which channel.
    pub channel: ChannelKind,
    /// The address or number.
    pub to: &'a str,
    /// What for.
    pub purpose: Purpose,
    /// Of several of one shop with the same purpose and this the first is sent, and no other. An id, never an address.
    pub dedupe: &'a str,
    /// Of a mail; empty for a text.
    pub subject: &'a str,
    /// Of a mail; empty for a text.
    pub html: &'a str,
    /// What is read.
    pub text: &'a str,
    /// Later it is not sent any more.
    pub send_by: Timestamp,
}

/// Queues a message in the caller's transaction; a repeat changes nothing. Was it new?
///
/// # Errors
/// `Db`.
pub async fn queue(app: &App, tx: &mut Tx, shop: ShopId, new: &New<'_>) -> Result<bool, AppError> {
    let row = NewService {
        id: app.new_id(),
        purpose: new.purpose.as_str(),
        dedupe: new.dedupe,
        channel: new.channel,
        recipient: new.to,
        subject: new.subject,
        html: new.html,
        text: new.text,
        send_by: new.send_by,
        now: app.now(),
    };
    Ok(rows::insert(tx, shop, &row).await?)
}

/// Notes a provider's word about a message that may be one of these.
///
/// # Errors
/// `Db`.
pub async fn told(tx: &mut Tx, shop: ShopId, key: Uuid, (fate, reason): (Fate, Option<&str>)) -> Result<(), AppError> {
    let state = match fate {
        Fate::Delivered | Fate::Complained => "delivered",
        Fate::HardBounce | Fate::Blocked | Fate::Suppressed => "failed",
        Fate::Accepted | Fate::SoftBounce | Fate::OptedOut => "sent",
    };
    Ok(rows::told(tx, shop, key, (state, reason)).await?)
}

/// Sends what is due, shop after shop. How many messages were looked at.
///
/// # Errors
/// `Db`.
pub async fn send_due(app: &App) -> Result<usize, AppError> {
    for shop in rows::shops_lost(&app.db, app.now()).await? {
        let mut tx = app.db.begin().await?;
        rows::mark_lost(&mut tx, shop, app.now()).await?;
        tx.commit().await?;
    }
    let mut looked_at = 0;
    for shop in rows::shops_due(&app.db, app.now()).await? {
        looked_at += send_shop(app, shop).await?;
    }
    Ok(looked_at)
}

/// One claim of one shop, to its end.
async fn send_shop(app: &App, shop: ShopId) -> Result<usize, AppError> {
    let shop = db::shops::get(&app.db, shop).await?.ok_or(AppError::NotFound("store with that id"))?;
    let now = app.now();
    let lease = Lease { by: app.new_id().to_string(), until: now + app.config.lease.0 };
    let mut tx = app.db.begin().await?;
    let claimed = rows::claim(&mut tx, shop.id, (now, lease.until), &lease.by, BATCH_MAX).await?;
    let count = claimed.len();
    let mut ready = Vec::new();
    for one in claimed {
        match gate(app, &mut tx, &shop, (&one, now)).await? {
            Gate::Open(channel) => ready.push((one, channel)),
            Gate::Shut(came) => drop(rows::record(&mut tx, shop.id, &lease.by, &came).await?),
        }
    }
    tx.commit().await?;
    let mut last = Ok(());
    for done in join_all(ready.into_iter().map(|(one, channel)| deliver(app, &shop, &lease, one, channel))).await {
        // A failed commit must not stop the others: what could not be recorded is unknown when the lease lapses.
        if let Err(error) = done {
            tracing::error!(%error, shop = %shop.id, "what became of a service message could not be recorded");
            last = Err(error);
        }
    }
    last.map(|()| count)
}

/// Hands a message over, and records what came of it.
async fn deliver(app: &App, shop: &Shop, lease: &Lease, one: Claimed, channel: Arc<dyn Channel>) -> Result<(), AppError> {
    let outcome = attempt(app, shop, lease, (&one, channel.as_ref())).await;
    record(app, shop, lease, (&one, channel.name(), &outcome)).await
}

/// May a message leave?
enum Gate {
    /// By this channel.
    Open(Arc<dyn Channel>),
    /// Not now, or never.
    Shut(Came<'static>),
}

fn came(id: Uuid, state: &'static str, reason: &'static str) -> Came<'static> {
    Came { id, state, reason, wake_at: None, provider: None, provider_id: None, sent_at: None }
}

async fn gate(app: &App, tx: &mut Tx, shop: &Shop, (one, now): (&Claimed, Timestamp)) -> Result<Gate, DbError> {
    let asks = one.purpose == Purpose::OptIn.as_str();
    let wait = |reason| Gate::Shut(Came { wake_at: Some(now + LOOK_AGAIN), ..came(one.id, "waiting", reason) });
    let never = |reason| Gate::Shut(came(one.id, "dropped", reason));
    if now > one.send_by {
        return Ok(never("its time had run out"));
    }
    if shop.status == "removed" {
        return Ok(never("the store is gone"));
    }
    let suppressed = db::messages::suppressed(tx, shop.id, &[&one.recipient]).await?;
    let reason = suppressed.iter().find(|(channel, ..)| channel == one.channel.as_str()).map(|(_, _, reason)| reason.as_str());
    let by_choice = |reason: &str| Ground::ALL.iter().any(|ground| ground.is_lifted_by_start() && ground.reason() == reason);
    if reason.is_some_and(|reason| asks || !by_choice(reason)) {
        return Ok(never("the address must not be written to"));
    }
    if asks && (shop.status != "active" || shop.uninstalled_at.is_some()) {
        return Ok(wait("the store is paused"));
    }
    Ok(app.channel_for(shop, one.channel).map_or_else(|| wait("no provider is set up for the channel"), Gate::Open))
}

async fn attempt(app: &App, shop: &Shop, lease: &Lease, (one, channel): (&Claimed, &dyn Channel)) -> Outcome {
    match message(app, shop, one) {
        Err(why) => Outcome::refused(why, Fault::Content),
        Ok(_) if app.now() + LEASE_MARGIN.min(app.config.lease.0 / 4) >= lease.until => Outcome::later("the worker was held up", None),
        Ok(message) => {
            let sent = send::while_held(app, lease, channel.send(&message)).await;
            sent.unwrap_or_else(|| Outcome::unknown("the worker was held up until its lease was over"))
        }
    }
}

/// The message as its channel takes it.
fn message(app: &App, shop: &Shop, one: &Claimed) -> Result<Message, &'static str> {
    let key = one.id.to_string();
    let now = app.now();
    match one.channel {
        ChannelKind::Email => Ok(Message::Email(EmailMessage {
            key,
            reference: None,
            to: one.recipient.parse().map_err(|_| "the address can't be read")?,
            to_name: None,
            from: None,
            from_name: Some(shop.name.clone()),
            subject: one.subject.clone(),
            html: one.html.clone(),
            text: one.text.clone(),
            unsubscribe_url: None,
            date: now,
            belongs: Some(Belongs { shop: shop.id.to_string(), campaign: None, step: None }),
            pictures: Vec::new(),
        })),
        ChannelKind::Sms => {
            let to = one.recipient.parse().map_err(|_| "the number can't be read")?;
            Ok(Message::Sms(SmsMessage {
                status_callback: app.channel_for(shop, one.channel).map(|channel| app.callback_url(shop.id, channel.name(), &key)),
                key,
                from: shop.messages.sender(country_of(&to, None), &to).map(|sender| sender.from.clone()),
                to,
                body: one.text.clone(),
                valid_for: Some(one.send_by.duration_since(now).max(SignedDuration::from_secs(1))),
            }))
        }
        ChannelKind::WhatsApp => Err("WhatsApp takes approved templates only"),
    }
}

async fn record(
    app: &App,
    shop: &Shop,
    lease: &Lease,
    (one, provider, outcome): (&Claimed, &'static str, &Outcome),
) -> Result<(), AppError> {
    let now = app.now();
    let again = |reason, wait: SignedDuration| Came { wake_at: Some(now + wait), ..Came { reason, ..came(one.id, "waiting", "") } };
    let came = match outcome {
        Outcome::Accepted { provider_id } => {
            Came { provider: Some(provider), provider_id: provider_id.as_deref(), sent_at: Some(now), ..came(one.id, "sent", "accepted") }
        }
        Outcome::Refused { reason, fault: Fault::Sender } => again(reason.as_str(), OWN_FAULT_WAIT),
        Outcome::Refused { reason, .. } => Came { reason, ..came(one.id, "failed", "") },
        Outcome::TryLater { reason, after, .. } => {
            let jitter = f64::from(u16::from_be_bytes(bytes(app.random.as_ref()))) / f64::from(u16::MAX);
            again(reason.as_str(), wait_after(u32::try_from(one.attempts).unwrap_or(u32::MAX), *after, jitter))
        }
        Outcome::Unknown { reason } => Came { reason, provider: Some(provider), sent_at: Some(now), ..came(one.id, "unknown", "") },
    };
    let mut tx = app.db.begin().await?;
    if !rows::record(&mut tx, shop.id, &lease.by, &came).await? {
        tracing::warn!(message = %one.id, "a result came after its lease had lapsed, and was not recorded");
    }
    metrics::counter!(crate::telemetry::SERVICE_MESSAGES, "purpose" => one.purpose.clone(), "outcome" => came.state).increment(1);
    Ok(tx.commit().await?)
}
