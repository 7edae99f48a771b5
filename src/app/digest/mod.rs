//! Figures by mail: weekly and monthly, to whoever of a store's people wants them, each once.
//!
//! A digest is taken in hand under a lease, made, noted as being handed over, and only then handed over. Who dies before that note has sent nothing, and
//! somebody else makes it; who dies after it may have sent it, so that nobody sends it again.

mod mail;
pub mod pictures;
pub mod summary;

pub use mail::{Digest, Line, campaigns, daily_alt, data_url, days, digest, funnel_alt, lines};

use super::access::{Role, look_of, people_in};
use super::{App, AppError};
use crate::channels::{Channel, EmailMessage, Message, Outcome};
use crate::db;
use crate::db::access::UserRow;
use crate::db::digests::{self as rows, Came, Which, Wish};
use crate::db::shops::Shop;
use crate::domain::contact::Email;
use crate::domain::digest::{Days, Rhythm};
use crate::domain::event::ChannelKind;
use crate::domain::ids::ShopId;
use crate::words;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use summary::{beyond, summary};
use uuid::Uuid;

/// Whoever makes a digest has it in hand for so long.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// What was due longer ago is not sent any more: the next one is near.
const LATE_MAX: SignedDuration = SignedDuration::from_hours(72);
/// What a provider did not take is tried again after so long.
const REST: SignedDuration = SignedDuration::from_mins(15);
/// And given up after so many times.
const ATTEMPTS_MAX: i64 = 20;

/// Sends what is due, store after store. How many left.
///
/// # Errors
/// `Db`.
pub async fn send_due(app: &App) -> Result<usize, AppError> {
    let mut sent = 0;
    for shop in db::shops::list(&app.db).await? {
        match of_shop(app, &shop).await {
            Ok(count) => sent += count,
            // One store's trouble must not keep the others' people waiting.
            Err(error) => tracing::error!(%error, shop = %shop.id, "digests could not be sent; they are tried again"),
        }
    }
    Ok(sent)
}

async fn of_shop(app: &App, shop: &Shop) -> Result<usize, AppError> {
    let now = app.now();
    if rows::any_lost(&app.db, shop.id, now).await? {
        let mut tx = app.db.begin().await?;
        rows::mark_lost(&mut tx, shop.id, now).await?;
        tx.commit().await?;
    }
    let wishes = rows::wishes(&app.db, shop.id).await?;
    let Some(channel) = channel(app, shop).filter(|_| !wishes.is_empty()) else { return Ok(0) };
    let zone = shop.zone();
    let people = people_in(app, shop.id).await?;
    let mut sent = 0;
    for wish in wishes {
        let Some(due) = wish.rhythm.latest(now, &zone).filter(|due| wish.since < due.at && now.duration_since(due.at) <= LATE_MAX) else {
            continue;
        };
        let Some((user, _)) = people.iter().find(|(u, _)| u.id == wish.user) else { continue };
        let which = Which { user: wish.user, rhythm: wish.rhythm, first: due.days.first };
        let resting = |s: &rows::Standing| s.state != "making" || s.lease_until > now;
        if rows::standing(&app.db, shop.id, which).await?.is_some_and(|standing| resting(&standing)) {
            continue;
        }
        let holder = app.new_id().to_string();
        if let Some(mail) = take(app, shop, (which, due.days), (user, &holder)).await? {
            sent += usize::from(deliver(app, shop, (which, &holder), (&channel, mail)).await?);
        }
    }
    Ok(sent)
}

/// One of those who may see a store.
async fn one_of(app: &App, shop: ShopId, user: Uuid) -> Result<UserRow, AppError> {
    let people = people_in(app, shop).await?;
    people.into_iter().map(|(u, _)| u).find(|u| u.id == user).ok_or(AppError::NotFound("person who may see this store"))
}

/// The store's own provider, or that of the installation.
fn channel(app: &App, shop: &Shop) -> Option<Arc<dyn Channel>> {
    app.channel_for(shop, ChannelKind::Email).or_else(|| app.channel(ChannelKind::Email).cloned())
}

/// Takes a digest in hand and makes it; none where somebody else has it.
async fn take(
    app: &App,
    shop: &Shop,
    (which, days): (Which, Days),
    (user, holder): (&UserRow, &str),
) -> Result<Option<EmailMessage>, AppError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let ours = rows::claim(&mut tx, shop.id, which, (holder, now, now + LEASE)).await?;
    tx.commit().await?;
    if !ours {
        return Ok(None);
    }
    message(app, shop, days, (user, &key(shop.id, which))).await.map(Some)
}

/// Hands it over, once that is noted; and records what came of it. Did it leave?
async fn deliver(
    app: &App,
    shop: &Shop,
    (which, holder): (Which, &str),
    (channel, mail): (&Arc<dyn Channel>, EmailMessage),
) -> Result<bool, AppError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let may = rows::hand_over(&mut tx, shop.id, which, (holder, now, now + LEASE)).await?;
    tx.commit().await?;
    if !may {
        return Ok(false);
    }
    let outcome = channel.send(&Message::Email(mail)).await;
    let now = app.now();
    let attempts = rows::standing(&app.db, shop.id, which).await?.map_or(0, |standing| standing.attempts);
    let came = came(&outcome, attempts, now);
    let mut tx = app.db.begin().await?;
    rows::record(&mut tx, shop.id, which, (holder, now), came).await?;
    tx.commit().await?;
    Ok(came.state == "sent")
}

fn came(outcome: &Outcome, attempts: i64, now: Timestamp) -> Came<'_> {
    let ended = |state, reason| Came { state, reason, rest_until: now };
    match outcome {
        Outcome::Accepted { .. } => ended("sent", None),
        Outcome::Refused { reason, .. } => ended("failed", Some(reason.as_str())),
        Outcome::Unknown { reason } => ended("unknown", Some(reason.as_str())),
        Outcome::TryLater { reason, .. } if attempts >= ATTEMPTS_MAX => ended("failed", Some(reason.as_str())),
        Outcome::TryLater { reason, after, .. } => {
            Came { state: "making", reason: Some(reason.as_str()), rest_until: now + after.unwrap_or(REST).max(REST) }
        }
    }
}

/// The same for every attempt, so that a provider that sees it again knows it.
fn key(shop: ShopId, which: Which) -> String {
    let name = format!("{shop} {} {} {}", which.user, which.rhythm.as_str(), which.first);
    hex::encode(Sha256::digest(name)).chars().take(32).collect()
}

async fn message(app: &App, shop: &Shop, days: Days, (user, key): (&UserRow, &str)) -> Result<EmailMessage, AppError> {
    let to = user.email.parse::<Email>().map_err(|_| AppError::Invalid("the person's address can't be written to".into()))?;
    // Whoever reads it reads it in their language.
    let made = words::looking(look_of(&user.look), make(app, shop, days)).await?;
    Ok(EmailMessage {
        key: key.to_owned(),
        reference: None,
        to,
        to_name: None,
        from: None,
        from_name: Some("Comeback".into()),
        subject: made.subject,
        html: made.html,
        text: made.text,
        unsubscribe_url: None,
        date: app.now(),
        belongs: None,
        pictures: made.pictures,
    })
}

/// The digest of some days.
///
/// # Errors
/// `Invalid` for days beyond the calendar or a picture that can't be drawn, `Db`.
pub async fn make(app: &App, shop: &Shop, days: Days) -> Result<Digest, AppError> {
    let summary = summary(app, shop, days).await?;
    mail::digest(&summary, &app.config.public_url).map_err(|e| AppError::Invalid(e.to_string()))
}

/// The days of a rhythm's latest digest, whether it was sent or not.
///
/// # Errors
/// `Invalid` beyond the calendar.
pub fn latest_days(app: &App, shop: &Shop, rhythm: Rhythm) -> Result<Days, AppError> {
    rhythm.latest(app.now(), &shop.zone()).map(|due| due.days).ok_or_else(beyond)
}

/// Sends a rhythm's latest digest to somebody at once, whether they want it regularly or not.
///
/// # Errors
/// `NotFound` without that person, `Conflict` without a provider for mails, `Invalid` where it wasn't taken: what it said.
pub async fn send_now(app: &App, shop: &Shop, user: Uuid, rhythm: Rhythm) -> Result<(), AppError> {
    let user = one_of(app, shop.id, user).await?;
    let channel = channel(app, shop)
        .ok_or_else(|| AppError::Conflict("no provider for e-mail is set up: set one up on the settings page, then try again".into()))?;
    let key = app.new_id().to_string();
    let mail = message(app, shop, latest_days(app, shop, rhythm)?, (&user, &key)).await?;
    match channel.send(&Message::Email(mail)).await {
        Outcome::Accepted { .. } => Ok(()),
        Outcome::Refused { reason, .. } | Outcome::TryLater { reason, .. } | Outcome::Unknown { reason } => {
            Err(AppError::Invalid(format!("the mail was not taken: {reason}")))
        }
    }
}

/// Notes whether somebody wants a rhythm's digests from now on.
///
/// # Errors
/// `NotFound` without that person, `Db`.
pub async fn set_wish(app: &App, shop: ShopId, (user, rhythm): (Uuid, Rhythm), wanted: bool) -> Result<(), AppError> {
    one_of(app, shop, user).await?;
    let mut tx = app.db.begin().await?;
    let changed = if wanted {
        rows::wish(&mut tx, shop, Wish { user, rhythm, since: app.now() }).await?
    } else {
        rows::unwish(&mut tx, shop, (user, rhythm)).await?
    };
    if changed {
        let action = if wanted { "digest.on" } else { "digest.off" };
        super::access::audit(app, &mut tx, shop, &user.to_string(), (action, rhythm.as_str())).await?;
    }
    Ok(tx.commit().await?)
}

/// Is it offered to somebody of this role who doesn't have it? To owners: it is their money.
pub fn is_offered(role: Role) -> bool {
    role == Role::Owner
}
