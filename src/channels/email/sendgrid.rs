//! Mails over Twilio SendGrid: <https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send>.

use super::build::PNG;
use super::from_url::{self, Front};
use super::letter::{BASE_URL, FROM, KEY_NAME, Letter, base64};
use super::sendgrid_events;
use super::{build, sendgrid_events::PublicKey};
use crate::channels::http::{self, Answered, Called};
use crate::channels::settings::{Field, Provider, Values};
use crate::channels::{Callback, Channel, EmailMessage, Fault, Heard, Message, Outcome, Picture, Unheard};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use lettre::message::Mailbox;
use reqwest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use url::Url;

/// Where SendGrid is, unless a gateway stands in or the account is of its European region.
const URL: &str = "https://api.sendgrid.com";
const EU_URL: &str = "https://api.eu.sendgrid.com";
const CALLED: Called = Called { provider: "SendGrid", what: "mail", settings: "the e-mail settings and the SendGrid account" };

const FIELDS: &[Field] = &[
    Field {
        name: "api_key",
        label: "API key",
        help: "With the permission Mail Send, made under Settings, API Keys; begins with SG.",
        secret: true,
        required: true,
        multiline: false,
    },
    FROM,
    Field {
        name: "webhook_public_key",
        label: "Verification key",
        help: "Of the event webhook, under Settings, Mail Settings, Event Webhooks, once its signature is switched on: what SendGrid tells is believed by it.",
        secret: false,
        required: false,
        multiline: false,
    },
    Field {
        name: "region",
        label: "Region",
        help: "Write eu for an account of the European region; usually empty.",
        secret: false,
        required: false,
        multiline: false,
    },
    BASE_URL,
];

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "sendgrid",
    kind: ChannelKind::Email,
    title: "SendGrid",
    fields: FIELDS,
    from_url: Some(|url| from_url::read(url, &Front::One("api_key"), FIELDS, &[], "sendgrid://API-KEY")),
    build: |values, origin| Ok(Arc::new(SendGrid::new(values, &HttpOptions::new(origin.reach()))?)),
};

/// An account at SendGrid.
pub struct SendGrid {
    api_key: SecretString,
    sender: Mailbox,
    key: Option<PublicKey>,
    client: Client,
    base: Url,
}

impl SendGrid {
    /// From its settings.
    ///
    /// # Errors
    /// What is wrong with them, without the key.
    pub fn new(values: &Values, options: &HttpOptions) -> Result<Self, String> {
        let region = match values.get("region").map(str::to_ascii_lowercase).as_deref() {
            None | Some("us" | "global") => URL,
            Some("eu") => EU_URL,
            Some(_) => return Err("the SendGrid region is eu, or empty".to_owned()),
        };
        Ok(Self {
            api_key: SecretString::from(values.need("api_key")?),
            sender: build::mailbox(values.need("from")?)?,
            key: values.get("webhook_public_key").map(PublicKey::read).transpose()?,
            base: http::base_url(values.get("base_url").unwrap_or(region), options.reach)?,
            client: http_client::client(options).map_err(|error| error.to_string())?,
        })
    }

    async fn post(&self, mail: &EmailMessage) -> Outcome {
        let letter = match Letter::of(mail, &self.sender) {
            Ok(letter) => letter,
            Err(reason) => return Outcome::refused(reason, Fault::Content),
        };
        let request = self.client.post(http::below(&self.base, "/v3/mail/send")).json(&body(&letter));
        match CALLED.call(request.bearer_auth(self.api_key.expose_secret())).await {
            Ok(answer) => outcome(&answer, mail.date),
            Err(unanswered) => unanswered,
        }
    }
}

#[async_trait]
impl Channel for SendGrid {
    fn name(&self) -> &'static str {
        PROVIDER.name
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn reference(&self, key: &str) -> Option<String> {
        Some(build::message_id(key, &self.sender))
    }

    async fn send(&self, message: &Message) -> Outcome {
        match message {
            Message::Email(mail) => self.post(mail).await,
            Message::Sms(_) | Message::WhatsApp(_) => super::not_a_mail(),
        }
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        let key = self.key.as_ref().ok_or_else(|| {
            Unheard::NotOurs("the event webhook's verification key is not set up: enter it in the SendGrid settings".to_owned())
        })?;
        sendgrid_events::hear(key, call)
    }

    async fn probe(&self) -> Result<(), String> {
        let request = self.client.get(http::below(&self.base, "/v3/scopes")).bearer_auth(self.api_key.expose_secret());
        CALLED.probe(request).await
    }
}

/// The request. What SendGrid would add by itself is switched off: it rewrites links, puts in pictures that tell of opens, and a second way to unsubscribe.
fn body(letter: &Letter) -> Value {
    let party = |mailbox: &Mailbox| match &mailbox.name {
        Some(name) => json!({"email": mailbox.email.to_string(), "name": name}),
        None => json!({"email": mailbox.email.to_string()}),
    };
    let mut headers: Map<String, Value> = letter.headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    headers.insert("Message-ID".to_owned(), json!(format!("<{}>", letter.message_id)));
    // SendGrid asks for the plain part first.
    let parts = [("text/plain", letter.text), ("text/html", letter.html)];
    let content: Vec<Value> =
        parts.iter().filter(|(_, value)| !value.is_empty()).map(|(kind, value)| json!({"type": kind, "value": value})).collect();
    let off = json!({"enable": false});
    let mut body = json!({
        "personalizations": [{"to": [party(&letter.to)], "custom_args": {KEY_NAME: letter.key}}],
        "from": party(&letter.from),
        "subject": letter.subject,
        "content": content,
        "headers": headers,
        "tracking_settings": {
            "click_tracking": {"enable": false, "enable_text": false},
            "open_tracking": off,
            "subscription_tracking": off,
            "ganalytics": off,
        },
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(letter.tag.map(|tag| ("categories".to_owned(), json!([tag]))));
        let pictures: Vec<Value> = letter.pictures.iter().map(attachment).collect();
        body.extend((!pictures.is_empty()).then(|| ("attachments".to_owned(), Value::Array(pictures))));
    }
    body
}

fn attachment(picture: &Picture) -> Value {
    json!({"content": base64(picture), "type": PNG, "filename": picture.name, "disposition": "inline", "content_id": picture.name})
}

/// Its errors name the field that they are about, and repeat its value in the message, which is left out.
#[derive(Debug, Deserialize)]
struct Errors {
    errors: Vec<FieldError>,
}

#[derive(Debug, Deserialize)]
struct FieldError {
    field: Option<String>,
}

fn outcome(answer: &Answered, now: Timestamp) -> Outcome {
    let reason = CALLED.reason(answer.status, None);
    if answer.status == 429 {
        return Outcome::held(reason, answer.retry_after().or_else(|| until_reset(answer, now)));
    }
    if let Some(outcome) = CALLED.by_status(answer, &reason) {
        return outcome;
    }
    match answer.status {
        200..=299 => Outcome::Accepted { provider_id: answer.header("x-message-id").map(str::to_owned) },
        413 => Outcome::refused(format!("{reason}: the mail is too large"), Fault::Content),
        _ => refused(answer, &reason),
    }
}

/// Its rate limits say the second at which they end.
fn until_reset(answer: &Answered, now: Timestamp) -> Option<SignedDuration> {
    let reset = Timestamp::from_second(answer.header("x-ratelimit-reset")?.parse().ok()?).ok()?;
    Some(reset.duration_since(now)).filter(SignedDuration::is_positive).map(|wait| wait.min(http::RETRY_AFTER_MAX))
}

fn refused(answer: &Answered, reason: &str) -> Outcome {
    let errors = answer.json::<Errors>().map(|e| e.errors).unwrap_or_default();
    let about = |field: &str| errors.iter().filter_map(|e| e.field.as_deref()).any(|f| f.split('.').any(|part| part == field));
    if about("from") {
        return CALLED.settings(&format!("{reason}: the sender is not accepted"));
    }
    if about("to") {
        return Outcome::refused(format!("{reason}: the recipient's address is not accepted"), Fault::Recipient);
    }
    Outcome::refused(format!("{reason}: the mail is not accepted"), Fault::Content)
}
