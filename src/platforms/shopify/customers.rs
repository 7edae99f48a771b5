//! Bodies of `customers/*`, of the consent topics, and of the privacy demands that every app must answer.

use super::json::{Fault, Node};
use super::person;
use crate::domain::consent::Method;
use crate::domain::contact::Identity;
use crate::domain::event::{ChannelKind, ConsentSeen, ConsentState, ContactSeen, Event};
use crate::platforms::ReadContext;
use jiff::Timestamp;

/// Where a consent stands in a body.
struct Place {
    field: &'static str,
    channel: ChannelKind,
}

/// The level of a double opt-in (`CustomerMarketingOptInLevel`).
const CONFIRMED: &str = "confirmed_opt_in";

const EMAIL: Place = Place { field: "email_marketing_consent", channel: ChannelKind::Email };
const SMS: Place = Place { field: "sms_marketing_consent", channel: ChannelKind::Sms };
const WHATSAPP: Place = Place { field: "whats_app_marketing_consent", channel: ChannelKind::WhatsApp };

/// A customer record. Its consents were in it until API version 2025-01.
pub fn customer(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    let person = person::customer(body);
    if person.identities.is_empty() {
        return Err(body.fault("id", "the customer has neither an id nor an address"));
    }
    let seen_at = body.when(&["updated_at", "created_at"], context)?;
    // A consent without a date of its own can't be newer than the record: dated by each update, it would undo what was taken back since.
    let at_least = body.time("created_at")?.map_or(seen_at, |t| t.min(seen_at));
    let mut consents = Vec::new();
    for place in [EMAIL, SMS] {
        consents.extend(consent(body, &place, person.identities.clone(), at_least, context)?);
    }
    Ok(Event::Contact(ContactSeen { seen_at, person, consents }))
}

/// Two records became one. A merge that failed is told by the same topic.
pub fn merged(body: &Node<'_>) -> Result<Event, Fault> {
    if body.text("status").as_deref() == Some("failed") {
        return Ok(Event::Noted);
    }
    let id = |key| body.global_id(key).ok_or_else(|| body.fault(key, "the merge doesn't say which customer"));
    Ok(Event::ContactsMerged { kept: id("admin_graphql_api_customer_kept_id")?, removed: id("admin_graphql_api_customer_deleted_id")? })
}

/// `customers_marketing_consent/update`, which is about texts and names the customer by `id`.
pub fn sms_consent(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    told(body, &SMS, person::identities(body, "id", "email", "phone"), context)
}

/// `customers_email_marketing_consent/update`, which names the customer by `customer_id`.
pub fn email_consent(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    told(body, &EMAIL, person::identities(body, "customer_id", "email_address", "phone"), context)
}

/// `customers_whats_app_marketing_consent/update`, whose fields have names of their own.
pub fn whatsapp_consent(body: &Node<'_>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    told(body, &WHATSAPP, person::identities(body, "customer_id", "email_address", "phone_number"), context)
}

/// Whose data `customers/redact` and `customers/data_request` are about.
pub fn subject(body: &Node<'_>) -> Result<Vec<Identity>, Fault> {
    let named = body.object("customer").map(|c| person::identities(&c, "id", "email", "phone")).unwrap_or_default();
    // A demand of the law that names nobody must be looked at by somebody.
    if named.is_empty() { Err(body.fault("customer", "the demand names nobody")) } else { Ok(named) }
}

fn told(body: &Node<'_>, place: &Place, who: Vec<Identity>, context: &ReadContext<'_>) -> Result<Event, Fault> {
    if who.is_empty() {
        return Err(body.fault(place.field, "the consent doesn't say whose it is"));
    }
    let otherwise = context.triggered_at.unwrap_or(context.received_at).min(context.received_at);
    Ok(consent(body, place, who, otherwise, context)?.map_or(Event::Noted, Event::Consent))
}

fn consent(
    body: &Node<'_>,
    place: &Place,
    identities: Vec<Identity>,
    otherwise: Timestamp,
    context: &ReadContext<'_>,
) -> Result<Option<ConsentSeen>, Fault> {
    let Some(said) = body.object(place.field) else { return Ok(None) };
    let Some(state) = said.text("state").and_then(|s| state(&s)) else { return Ok(None) };
    let said_at = said.time("consent_updated_at")?.or(said.time("updated_at")?);
    let at = said_at.map_or(otherwise, |t| t.min(context.received_at));
    let confirmed = said.text("opt_in_level").is_some_and(|level| level.eq_ignore_ascii_case(CONFIRMED));
    let method = if confirmed { Method::DoubleOptIn } else { Method::Platform };
    let source = source(&said, context.topic);
    Ok(Some(ConsentSeen { identities, channel: place.channel, state, at, source, method, shown: None, proof: None }))
}

/// `not_subscribed` means never asked, and `invalid` is about the address: neither is anybody's word. `redacted` means that the person had themselves erased.
fn state(text: &str) -> Option<ConsentState> {
    match text.to_ascii_lowercase().as_str() {
        "subscribed" => Some(ConsentState::Subscribed),
        "pending" => Some(ConsentState::Pending),
        "unsubscribed" | "redacted" => Some(ConsentState::Unsubscribed),
        _ => None,
    }
}

/// The proof: where and how it was collected.
fn source(said: &Node<'_>, topic: &str) -> String {
    let mut source = format!("shopify {topic}");
    if let Some(level) = said.text("opt_in_level") {
        source = format!("{source}, {level}");
    }
    if let Some(place) = said.text("consent_collected_from").or_else(|| said.text("collected_from")) {
        source = format!("{source}, collected from {place}");
    }
    source
}
