//! Consents that programs, pages and lists tell: each kept as a delivery, so that it is durable before it is answered, taken once, and replayed.

use crate::app::track::{self, Fate, TrackError};
use crate::app::{App, AppError};
use crate::db;
use crate::db::deliveries::NewDelivery;
use crate::db::shops::Shop;
use crate::domain::consent::Method;
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::event::{ChannelKind, ConsentSeen, ConsentState};
use crate::domain::ids::DeliveryId;
use crate::platforms::own;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Characters of the words that were shown.
const SHOWN_MAX: usize = 2000;
/// Characters of a proof, a source and an id.
const TEXT_MAX: usize = 500;
/// What is said to have happened later than now by less than this happened now: clocks differ.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// A consent as somebody gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The sender's name of it, by which a repeat is known. Without it a repeat is known by saying the same of the same time; what has neither is said anew
    /// each time.
    pub id: Option<String>,
    /// For which channel.
    pub channel: String,
    /// `subscribed`, `unsubscribed` or `pending`; pending: they are to be asked to confirm.
    pub state: String,
    /// An e-mail address.
    pub email: Option<String>,
    /// A phone number.
    pub phone: Option<String>,
    /// The country of a national number.
    pub country: Option<String>,
    /// The platform's customer id.
    pub customer_id: Option<String>,
    /// When they said it; without it, now.
    pub at: Option<String>,
    /// Where and how, in a few words.
    pub source: Option<String>,
    /// By what act.
    pub method: Option<String>,
    /// The words that they read.
    pub shown: Option<String>,
    /// What proves it.
    pub proof: Option<String>,
}

/// What became of each.
pub type Taken = Vec<Fate>;

/// Takes consents in. Once this returns, those that were accepted are durable, and no message that one of them forbids leaves any more.
///
/// # Errors
/// `Busy`, `App`: all of them may be given again, and what was kept by then is known as a repeat.
pub async fn take(app: &App, shop: &Shop, usual: Method, given: Vec<Given>) -> Result<Taken, TrackError> {
    let now = app.now();
    let mut fates = Vec::with_capacity(given.len());
    let mut here = BTreeSet::new();
    let mut fresh = Vec::new();
    for (place, one) in given.into_iter().enumerate() {
        let fate = match check(&one, usual, now) {
            Err(why) => Fate::Refused(why),
            Ok((key, seen)) => {
                let key = key.unwrap_or_else(|| app.new_id().to_string());
                let is_new = here.insert(key.clone());
                if is_new {
                    fresh.push((place, (key, seen)));
                }
                if is_new { Fate::Accepted } else { Fate::Duplicate }
            }
        };
        fates.push(fate);
    }
    let (places, fresh): (Vec<usize>, Vec<(String, ConsentSeen)>) = fresh.into_iter().unzip();
    let kept = keep(app, shop, fresh).await?;
    for (place, is_new) in places.into_iter().zip(kept) {
        if let Some(fate) = fates.get_mut(place).filter(|_| !is_new) {
            *fate = Fate::Duplicate;
        }
    }
    Ok(fates)
}

/// Keeps consents as deliveries, by their keys. Which were new.
///
/// # Errors
/// `Busy`, `App`.
pub async fn keep(app: &App, shop: &Shop, seen: Vec<(String, ConsentSeen)>) -> Result<Vec<bool>, TrackError> {
    let now = app.now();
    let mut deliveries = Vec::with_capacity(seen.len());
    for (key, seen) in &seen {
        deliveries.push(NewDelivery {
            id: DeliveryId(app.new_id()),
            shop_id: shop.id,
            delivery_key: format!("consent:{key}"),
            topic: own::CONSENT.to_owned(),
            api_version: None,
            event_id: None,
            triggered_at: Some(seen.at),
            received_at: now,
            urgent: seen.state == ConsentState::Unsubscribed,
            body: serde_json::to_vec(seen).map_err(|e| AppError::Invalid(e.to_string()))?,
        });
    }
    track::keep(app, shop, deliveries.clone()).await?;
    let keys: Vec<&str> = deliveries.iter().map(|d| d.delivery_key.as_str()).collect();
    let stored = db::deliveries::ids_by_keys(&app.db, shop.id, &keys).await.map_err(AppError::from)?;
    Ok(deliveries.iter().map(|d| stored.get(&d.delivery_key) == Some(&d.id.0)).collect())
}

/// Why it can't be taken, if it can't.
pub(super) fn faults(given: &Given, usual: Method, now: Timestamp) -> Option<String> {
    check(given, usual, now).err()
}

/// What is given, as a consent under its key.
fn check(given: &Given, usual: Method, now: Timestamp) -> Result<(Option<String>, ConsentSeen), String> {
    let channel: ChannelKind = given.channel.parse().map_err(|e| format!("channel: {e}"))?;
    let state: ConsentState =
        given.state.parse().map_err(|_| "state: expected \"subscribed\", \"unsubscribed\" or \"pending\"".to_owned())?;
    let identities = identities(given)?;
    let at = instant(given.at.as_deref(), now)?;
    let method = method(given.method.as_deref(), usual)?;
    let shown = limited("shown", given.shown.as_deref(), SHOWN_MAX)?;
    let proof = limited("proof", given.proof.as_deref(), TEXT_MAX)?;
    let how = limited("source", given.source.as_deref(), TEXT_MAX)?.unwrap_or_else(|| "where was not said".into());
    let source = format!("{}: {how}", if usual == Method::Import { "import" } else { "API" });
    let seen = ConsentSeen { identities, channel, state, at, source, method, shown, proof };
    if seen.address().is_none() && (state == ConsentState::Pending || !has_customer(&seen)) {
        let wanted = if channel == ChannelKind::Email { "email" } else { "phone" };
        return Err(format!("{wanted}: a consent for {} needs the address that it is about", channel.as_str()));
    }
    if method == Method::DoubleOptIn && (seen.shown.is_none() || seen.proof.is_none()) {
        return Err("shown, proof: a double opt-in is kept with the words that were confirmed and what proves the answer".into());
    }
    let key = match limited("id", given.id.as_deref(), TEXT_MAX)? {
        Some(id) => Some(format!("id:{id}")),
        // Who says again what they said before, and took back between, has said something new: only a list is the same list on another day.
        None => (given.at.is_some() || usual == Method::Import).then(|| said(&seen, given.at.is_some())),
    };
    Ok((key, seen))
}

fn has_customer(seen: &ConsentSeen) -> bool {
    seen.identities.iter().any(|i| matches!(i, Identity::Customer(_)))
}

/// What is said, as a key: the same is a repeat.
fn said(seen: &ConsentSeen, dated: bool) -> String {
    let mut hash = Sha256::new();
    let at = if dated { seen.at.as_millisecond().to_string() } else { String::new() };
    let parts = [seen.channel.as_str(), seen.state.as_str(), seen.method.as_str(), &seen.source, &at];
    let optional = [seen.shown.as_deref().unwrap_or_default(), seen.proof.as_deref().unwrap_or_default()];
    let people = seen.identities.iter().flat_map(|i| [i.kind(), i.value()]);
    for part in parts.into_iter().chain(optional).chain(people) {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    format!("said:{}", hex::encode(hash.finalize()))
}

fn identities(given: &Given) -> Result<Vec<Identity>, String> {
    let filled = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let mut identities = Vec::new();
    if let Some(email) = filled(&given.email) {
        identities.push(Identity::Email(email.parse::<Email>().map_err(|e| format!("email: {e}"))?));
    }
    if let Some(phone) = filled(&given.phone) {
        let country = filled(&given.country);
        identities.push(Identity::Phone(Phone::parse(&phone, country.as_deref()).map_err(|e| format!("phone: {e}"))?));
    }
    if let Some(id) = limited("customer_id", given.customer_id.as_deref(), TEXT_MAX)? {
        identities.push(Identity::Customer(id));
    }
    if identities.is_empty() { Err("email, phone or customer_id: say whose it is".into()) } else { Ok(identities) }
}

fn instant(text: Option<&str>, now: Timestamp) -> Result<Timestamp, String> {
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return Ok(now) };
    let at: Timestamp = text.parse().map_err(|_| "at: expected a time such as 2026-05-01T12:00:00Z".to_owned())?;
    if at > now + SKEW { Err("at: that is in the future".into()) } else { Ok(at.min(now)) }
}

/// What a program can say of how they did it: acts that only we can see are not for it to claim.
fn method(text: Option<&str>, usual: Method) -> Result<Method, String> {
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return Ok(usual) };
    match text.parse() {
        Ok(method @ (Method::Checkbox | Method::DoubleOptIn | Method::Api | Method::Import)) => Ok(method),
        _ => Err("method: expected \"checkbox\", \"double_opt_in\" or nothing".into()),
    }
}

/// A text without control characters (PostgreSQL can't store a NUL), whole or refused: a proof that was cut proves nothing.
fn limited(field: &str, text: Option<&str>, most: usize) -> Result<Option<String>, String> {
    let keep = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return Ok(None) };
    if text.chars().count() > most {
        return Err(format!("{field}: at most {most} characters"));
    }
    Ok(Some(text.chars().filter(keep).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-07-01T12:00:00Z".parse().expect("time")
    }

    fn given(channel: &str, state: &str) -> Given {
        Given { channel: channel.into(), state: state.into(), email: Some("A@Example.com".into()), ..Given::default() }
    }

    #[test]
    fn what_can_not_be_a_consent_is_refused_with_its_field() {
        let check = |given: Given, field: &str| {
            let why = super::check(&given, Method::Api, now()).expect_err("refused");
            assert!(why.starts_with(field), "{why}");
            assert!(!why.to_lowercase().contains("a@example.com"), "an address in an error: {why}");
        };
        check(given("pigeon", "subscribed"), "channel");
        check(given("email", "yes"), "state");
        check(given("sms", "subscribed"), "phone");
        check(Given { email: Some("nobody".into()), ..given("email", "subscribed") }, "email");
        check(Given { phone: Some("12".into()), ..given("sms", "subscribed") }, "phone");
        check(Given { at: Some("yesterday".into()), ..given("email", "subscribed") }, "at");
        check(Given { at: Some("2026-07-01T13:00:00Z".into()), ..given("email", "subscribed") }, "at");
        check(Given { method: Some("reply".into()), ..given("email", "subscribed") }, "method");
        check(Given { method: Some("double_opt_in".into()), ..given("email", "subscribed") }, "shown");
        check(Given { shown: Some("x".repeat(2001)), ..given("email", "subscribed") }, "shown");
        check(Given { email: None, ..given("email", "subscribed") }, "email");
    }

    #[test]
    fn the_same_word_has_the_same_key_and_another_has_another() {
        let key = |given: &Given, usual| super::check(given, usual, now()).expect("taken").0;
        let dated = |given: Given| Given { at: Some("2026-06-01T00:00:00Z".into()), ..given };
        let plain = dated(given("email", "subscribed"));
        let same = key(&plain, Method::Api);
        assert!(same.is_some());
        assert_eq!(same, key(&Given { email: Some("a@example.com ".into()), ..plain.clone() }, Method::Api));
        assert_ne!(same, key(&dated(given("email", "unsubscribed")), Method::Api));
        assert_ne!(same, key(&Given { proof: Some("form 7".into()), ..plain.clone() }, Method::Api));
        assert_ne!(same, key(&Given { at: Some("2026-06-02T00:00:00Z".into()), ..plain.clone() }, Method::Api));
        assert_eq!(key(&Given { id: Some("x1".into()), ..plain }, Method::Api).as_deref(), Some("id:x1"));
        // A no that was taken back and is said again must not pass for a repeat.
        assert_eq!(key(&given("email", "unsubscribed"), Method::Api), None);
        assert!(key(&given("email", "unsubscribed"), Method::Import).is_some());
    }
}
