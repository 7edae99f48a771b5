//! What Meta tells us: whether the callback URL is ours, how messages fared, what people answer, and who stopped or resumed marketing messages.
//!
//! Source: <https://developers.facebook.com/docs/graph-api/webhooks/getting-started>,
//! <https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference>.

use super::codes::class;
use super::{CodeOnly, NAME, WhatsApp};
use crate::channels::class;
use crate::channels::http::{hmac_sha256, same};
use crate::channels::{Callback, Heard, Unheard};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::{Fate, ReceiptSeen, ReplySeen, Told};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::collections::BTreeMap;
use url::form_urlencoded;

const SIGNATURE: &str = "x-hub-signature-256";
const CHALLENGE_MAX: usize = 200; // characters; Meta's have ten

#[derive(Deserialize)]
struct Call {
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    value: serde_json::Value,
}

/// What changed at one of the business's numbers.
#[derive(Deserialize)]
struct Changed {
    metadata: Metadata,
    #[serde(default)]
    statuses: Vec<Status>,
    #[serde(default)]
    messages: Vec<Written>,
    #[serde(default)]
    user_preferences: Vec<Preference>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    display_phone_number: String,
    phone_number_id: String,
}

#[derive(Deserialize)]
struct Status {
    id: String,
    status: String,
    timestamp: Option<Seconds>,
    biz_opaque_callback_data: Option<String>,
    #[serde(default)]
    errors: Vec<CodeOnly>,
}

/// Meta writes them as text in some calls and as numbers in others.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Text(String),
    Number(i64),
}

impl Seconds {
    fn at(&self) -> Option<Timestamp> {
        let seconds = match self {
            Self::Text(text) => text.parse().ok()?,
            Self::Number(seconds) => *seconds,
        };
        Timestamp::from_second(seconds).ok()
    }
}

/// A message from somebody. What has no words (a picture, a reaction) is none of ours.
#[derive(Deserialize)]
struct Written {
    from: String,
    id: String,
    timestamp: Option<Seconds>,
    text: Option<Text>,
    button: Option<Button>,
    interactive: Option<Interactive>,
}

#[derive(Deserialize)]
struct Text {
    body: String,
}

#[derive(Deserialize)]
struct Button {
    text: String,
}

#[derive(Deserialize)]
struct Interactive {
    button_reply: Option<Title>,
    list_reply: Option<Title>,
}

#[derive(Deserialize)]
struct Title {
    title: String,
}

/// That somebody stopped or resumed this business's marketing messages in WhatsApp itself.
#[derive(Deserialize)]
struct Preference {
    wa_id: String,
    value: String,
    timestamp: Option<Seconds>,
}

impl WhatsApp {
    /// What a call says, once it is sure that Meta makes it.
    pub(super) fn heard(&self, call: &Callback) -> Result<Heard, Unheard> {
        if call.method == "GET" {
            return self.challenged(call);
        }
        self.believe(call)?;
        let unreadable = |_| Unheard::Unreadable("the call is no event of WhatsApp's".to_owned());
        let Call { entry } = serde_json::from_slice(&call.body).map_err(unreadable)?;
        let changes = entry.into_iter().flat_map(|entry| entry.changes);
        // Changes of templates and accounts come the same way, and are none of ours; so are those of the business's other numbers.
        let changed = changes.filter_map(|change| serde_json::from_value::<Changed>(change.value).ok());
        let ours = changed.filter(|changed| changed.metadata.phone_number_id == self.settings.phone_number_id);
        Ok(Heard { told: ours.flat_map(|changed| self.told(changed, call.at)).collect(), answer: None })
    }

    /// Meta asks once whether the URL is ours.
    fn challenged(&self, call: &Callback) -> Result<Heard, Unheard> {
        let not_ours = |why: &str| Unheard::NotOurs(why.to_owned());
        let query = call.url.split_once('?').map_or("", |(_, query)| query);
        let asked: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let get = |name: &str| asked.get(name).map_or("", String::as_str);
        let ours = self.settings.verify_token.as_ref().map(SecretString::expose_secret);
        let ours = ours.ok_or_else(|| not_ours("no verify token is set; enter the same in the WhatsApp settings and at Meta"))?;
        if get("hub.mode") != "subscribe" || !same(get("hub.verify_token").as_bytes(), ours.as_bytes()) {
            return Err(not_ours("the verify token is another than the one in the WhatsApp settings"));
        }
        Ok(Heard { told: Vec::new(), answer: Some(get("hub.challenge").chars().take(CHALLENGE_MAX).collect()) })
    }

    fn believe(&self, call: &Callback) -> Result<(), Unheard> {
        let not_ours = |why: &str| Unheard::NotOurs(why.to_owned());
        let secret = self.settings.app_secret.as_ref().map(SecretString::expose_secret);
        let secret = secret.ok_or_else(|| not_ours("no app secret is set, so that no call of Meta's can be believed"))?;
        let told = call.header(SIGNATURE).and_then(|told| hex::decode(told.trim().strip_prefix("sha256=")?).ok());
        let told = told.ok_or_else(|| not_ours("the call has no X-Hub-Signature-256"))?;
        if same(&told, &hmac_sha256(secret.as_bytes(), &[&call.body])) {
            Ok(())
        } else {
            Err(not_ours("the call isn't signed with the app secret"))
        }
    }

    fn told(&self, changed: Changed, called_at: Timestamp) -> Vec<Told> {
        let to = with_plus(&changed.metadata.display_phone_number);
        let at = |stamp: &Option<Seconds>| stamp.as_ref().and_then(Seconds::at).unwrap_or(called_at);
        let receipts = changed.statuses.into_iter().map(|status| receipt(status, called_at));
        let replies = changed.messages.into_iter().filter_map(|m| Some(reply((&m.from, &to), m.id.clone(), m.words()?, at(&m.timestamp))));
        let preferences = changed.user_preferences.into_iter().filter_map(|p| {
            let at = at(&p.timestamp);
            Some(reply((&p.wa_id, &to), self.preference_id(&p, at), p.words()?.to_owned(), at))
        });
        receipts.chain(replies).chain(preferences).collect()
    }

    /// Meta gives such a change no id, and whose it is must not be read from ours.
    fn preference_id(&self, preference: &Preference, at: Timestamp) -> String {
        let secret = self.settings.app_secret.as_ref().map_or("", SecretString::expose_secret);
        let change = format!("{} {} {}", preference.wa_id, preference.value, at.as_second());
        format!("preference:{}", hex::encode(hmac_sha256(secret.as_bytes(), &[change.as_bytes()])))
    }
}

fn reply((from, to): (&str, &str), event_id: String, text: String, at: Timestamp) -> Told {
    let (channel, provider) = (ChannelKind::WhatsApp, NAME.to_owned());
    Told::Reply(ReplySeen { channel, provider, event_id, from: with_plus(from), to: to.to_owned(), text, at })
}

impl Preference {
    /// What STOP and START say in words, it says in a menu.
    fn words(&self) -> Option<&'static str> {
        match self.value.as_str() {
            "stop" => Some("STOP"),
            "resume" => Some("START"),
            _ => None,
        }
    }
}

impl Written {
    fn words(&self) -> Option<String> {
        let title = |choice: &Interactive| choice.button_reply.as_ref().or(choice.list_reply.as_ref()).map(|title| title.title.clone());
        let typed = self.text.as_ref().map(|text| text.body.clone());
        typed.or_else(|| self.button.as_ref().map(|button| button.text.clone())).or_else(|| self.interactive.as_ref().and_then(title))
    }
}

fn receipt(status: Status, called_at: Timestamp) -> Told {
    let code = status.errors.first().map(|error| error.code);
    Told::Receipt(ReceiptSeen {
        channel: ChannelKind::WhatsApp,
        provider: NAME.to_owned(),
        event_id: format!("{}:{}", status.id, status.status),
        key: status.biz_opaque_callback_data,
        provider_id: Some(status.id),
        fate: fate(&status.status, code),
        reason: code.map(|code| format!("{}, error {code}", status.status)),
        at: status.timestamp.and_then(|stamp| stamp.at()).unwrap_or(called_at),
    })
}

fn fate(status: &str, code: Option<u32>) -> Fate {
    match status {
        "delivered" | "read" => Fate::Delivered,
        "failed" => class::failed(code.and_then(class)),
        // Sent, or a status that comes up tomorrow: Meta has it.
        _ => Fate::Accepted,
    }
}

/// Meta writes numbers without a plus, and ours now and then with blanks.
fn with_plus(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    format!("+{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_message_is_read_from_its_status_and_code() {
        let check = |status: &str, code: Option<u32>, expected: Fate| assert_eq!(fate(status, code), expected, "{status} {code:?}");
        check("sent", None, Fate::Accepted);
        check("tomorrow's", None, Fate::Accepted);
        check("delivered", None, Fate::Delivered);
        check("read", None, Fate::Delivered);
        check("failed", None, Fate::SoftBounce);
        check("failed", Some(5), Fate::SoftBounce);
        check("failed", Some(131_026), Fate::HardBounce);
        check("failed", Some(131_050), Fate::OptedOut);
        for ours in [131_047, 131_048, 131_049, 130_472, 130_429, 132_015] {
            check("failed", Some(ours), Fate::Blocked);
        }
    }
}
