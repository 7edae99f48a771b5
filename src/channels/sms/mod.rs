//! Texts, and who carries them.

mod gateway;
mod gateway_hear;
mod signed;
mod standard_webhooks;
mod telnyx;
mod telnyx_codes;
mod telnyx_hear;
mod twilio;
mod twilio_codes;
mod twilio_hear;
mod twilio_look_up;
mod vonage;
mod vonage_codes;
mod vonage_hear;

pub use gateway::{Gateway, GatewaySettings, PROVIDER as GATEWAY};
pub use telnyx::{PROVIDER as TELNYX, Telnyx, TelnyxSettings};
pub use twilio::{BASE_URL as TWILIO_BASE_URL, PROVIDER as TWILIO, Twilio, TwilioSettings};
pub use vonage::{PROVIDER as VONAGE, Vonage, VonageSettings};

use super::{Fault, Outcome, SmsMessage};
use crate::http_client::{self, Reach};
use url::Url;

const NUMBER_MAX: usize = 15; // digits (E.164)

fn not_a_text() -> Outcome {
    Outcome::refused("a message of another kind was handed to the SMS channel", Fault::Content)
}

/// Why a text is not even handed over, whoever carries it.
fn not_for_sending(sms: &SmsMessage, body_max: usize) -> Option<Outcome> {
    if sms.body.trim().is_empty() || sms.body.chars().count() > body_max {
        return Some(Outcome::refused(format!("a text has 1 to {body_max} characters; change the template"), Fault::Content));
    }
    let late = sms.valid_for.is_some_and(|wait| wait.as_secs() < 1);
    late.then(|| Outcome::refused("the text's time had run out before it was sent", Fault::Content))
}

/// Where the provider is to report to, if it can get there: without a public address of ours the text still goes out.
fn reachable_callback(sms: &SmsMessage) -> Option<Url> {
    let url = Url::parse(sms.status_callback.as_deref()?).ok()?;
    http_client::allowed(&url).is_ok().then_some(url)
}

/// A parameter in an address's query.
fn query_value(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split('#').next()?.split_once('?')?;
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// An address of a provider's API that has been typed in. A store's people may name public ones only: one written in digits is never resolved, so that the
/// client couldn't tell.
fn base_url(text: &str, who: &str, reach: Reach) -> Result<String, String> {
    let base = text.trim_end_matches('/');
    let url = Url::parse(base).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.query().is_none());
    let url = url.ok_or_else(|| format!("the {who} base URL can't be read; write it as https://sms.example.com"))?;
    if reach == Reach::PublicOnly {
        http_client::allowed(&url).map_err(|error| format!("the {who} base URL can't be used: {error}"))?;
    }
    Ok(base.to_owned())
}

/// A number as providers without a plus write it, in E.164; other senders (short codes, names) as they are.
fn with_plus(number: &str) -> String {
    let is_long = (8..=NUMBER_MAX).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    if is_long { format!("+{number}") } else { number.to_owned() }
}
