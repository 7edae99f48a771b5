//! Mails over Postmark: <https://postmarkapp.com/developer/api/email-api>.

use super::build;
use super::build::PNG;
use super::from_url::{self, Front};
use super::letter::{BASE_URL, FROM, KEY_NAME, Letter, base64, written};
use super::postmark_events;
use crate::channels::http::{self, Answered, Called};
use crate::channels::settings::{Field, Provider, Values};
use crate::channels::{Callback, Channel, EmailMessage, Fault, Found, Heard, LookUp, Message, Outcome, Picture, Unheard};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions};
use async_trait::async_trait;
use lettre::message::Mailbox;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use url::Url;

const URL: &str = "https://api.postmarkapp.com";
/// Reminders are marketing, and Postmark keeps those apart from receipts and passwords.
const STREAM: &str = "broadcast";
const CALLED: Called = Called { provider: "Postmark", what: "mail", settings: "the e-mail settings and the Postmark server" };
/// A search gives at most so many; a key of ours is in one.
const FOUND_MAX: &str = "50";

const FIELDS: &[Field] = &[
    Field {
        name: "server_token",
        label: "Server token",
        help: "On the server's page at Postmark, under API Tokens.",
        secret: true,
        required: true,
        multiline: false,
    },
    FROM,
    Field {
        name: "message_stream",
        label: "Message stream",
        help: "The stream's id; empty takes broadcast, which is where reminders belong.",
        secret: false,
        required: false,
        multiline: false,
    },
    Field {
        name: "webhook_password",
        label: "Webhook password",
        help: "As entered at Postmark for the webhook's basic authentication, with any user name: what Postmark tells is believed by it.",
        secret: true,
        required: false,
        multiline: false,
    },
    BASE_URL,
];

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "postmark",
    kind: ChannelKind::Email,
    title: "Postmark",
    fields: FIELDS,
    from_url: Some(|url| {
        from_url::read(
            url,
            &Front::One("server_token"),
            FIELDS,
            &[("stream", "message_stream")],
            "postmark://SERVER-TOKEN?stream=broadcast",
        )
    }),
    build: |values, origin| Ok(Arc::new(Postmark::new(values, &HttpOptions::new(origin.reach()))?)),
};

/// A server at Postmark, which is what Postmark calls an account's part with a token of its own.
pub struct Postmark {
    token: SecretString,
    account: String,
    sender: Mailbox,
    stream: String,
    password: Option<SecretString>,
    client: Client,
    base: Url,
}

impl Postmark {
    /// From its settings.
    ///
    /// # Errors
    /// What is wrong with them, without the token.
    pub fn new(values: &Values, options: &HttpOptions) -> Result<Self, String> {
        let token = values.need("server_token")?;
        if !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err("the Postmark server token has letters that it can't have; copy it from the server's page at Postmark".to_owned());
        }
        Ok(Self {
            token: SecretString::from(token),
            account: fingerprint(token),
            sender: build::mailbox(values.need("from")?)?,
            stream: values.get("message_stream").unwrap_or(STREAM).to_owned(),
            password: values.get("webhook_password").map(SecretString::from),
            base: http::base_url(values.get("base_url").unwrap_or(URL), options.reach)?,
            client: http_client::client(options).map_err(|error| error.to_string())?,
        })
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("X-Postmark-Server-Token", self.token.expose_secret()).header("Accept", "application/json")
    }

    async fn post(&self, mail: &EmailMessage) -> Outcome {
        let letter = match Letter::of(mail, &self.sender) {
            Ok(letter) => letter,
            Err(reason) => return Outcome::refused(reason, Fault::Content),
        };
        let request = self.client.post(http::below(&self.base, "/email")).json(&body(&letter, &self.stream));
        match CALLED.call(self.signed(request)).await {
            Ok(answer) => outcome(&answer),
            Err(unanswered) => unanswered,
        }
    }

    /// By our key in its metadata, which no other message holds.
    async fn search(&self, question: &LookUp) -> Result<Found, String> {
        let query = [("count", FOUND_MAX), ("offset", "0"), (METADATA_QUERY, question.key.as_str())];
        let request = self.client.get(http::asking(&self.base, "/messages/outbound", &query));
        let response = self.signed(request).send().await.map_err(|_| "Postmark could not be reached".to_owned())?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(CALLED.reason(status, None));
        }
        let body =
            http_client::read_capped(response, http_client::BODY_MAX).await.map_err(|_| "Postmark's list of mails broke off".to_owned())?;
        let list: List = serde_json::from_slice(&body).map_err(|_| "Postmark's list of mails can't be read".to_owned())?;
        if let Some(ours) = list.messages.iter().find(|m| m.metadata.get(KEY_NAME).and_then(Value::as_str) == Some(&question.key)) {
            return Ok(Found::Arrived {
                provider_id: ours.message_id.clone(),
                at: ours.received_at.as_deref().and_then(|at| at.parse().ok()),
            });
        }
        // It looked for something else than it was asked for, so that what it didn't list may be there.
        if !list.messages.is_empty() {
            return Ok(Found::cannot_say("Postmark's list of mails holds others than those that were asked for"));
        }
        Ok(Found::Absent)
    }
}

#[async_trait]
impl Channel for Postmark {
    fn name(&self) -> &'static str {
        PROVIDER.name
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn reference(&self, key: &str) -> Option<String> {
        Some(build::message_id(key, &self.sender))
    }

    fn account(&self) -> Option<&str> {
        Some(&self.account)
    }

    async fn send(&self, message: &Message) -> Outcome {
        match message {
            Message::Email(mail) => self.post(mail).await,
            Message::Sms(_) | Message::WhatsApp(_) => super::not_a_mail(),
        }
    }

    fn can_look_up(&self) -> bool {
        true
    }

    async fn look_up(&self, question: &LookUp) -> Found {
        if question.account.as_deref() != Some(&self.account) {
            return Found::cannot_say("the mail went through another Postmark server than the one that is set up now");
        }
        self.search(question).await.unwrap_or_else(|reason| Found::Unreachable { reason })
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        let password = self.password.as_ref().ok_or_else(|| {
            Unheard::NotOurs("the webhook's password is not set up: enter it in the Postmark settings, and the same at Postmark".to_owned())
        })?;
        postmark_events::hear(password.expose_secret(), call)
    }

    async fn probe(&self) -> Result<(), String> {
        CALLED.probe(self.signed(self.client.get(http::below(&self.base, "/server")))).await
    }
}

const METADATA_QUERY: &str = "metadata_comeback_message";

/// A token stands for its server; what is kept of it can't be used.
fn fingerprint(token: &str) -> String {
    hex::encode(Sha256::digest(format!("comeback postmark server {token}"))).chars().take(16).collect()
}

/// The request. Opens and links are not tracked, whatever the server's own settings are.
fn body(letter: &Letter, stream: &str) -> Value {
    let mut headers: Vec<Value> = letter.headers.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    headers.push(json!({"Name": "Message-ID", "Value": format!("<{}>", letter.message_id)}));
    // Else Postmark puts its own in the place of ours.
    headers.push(json!({"Name": "X-PM-KeepID", "Value": "true"}));
    let mut body = json!({
        "From": written(&letter.from),
        "To": written(&letter.to),
        "Subject": letter.subject,
        "Headers": headers,
        "TrackOpens": false,
        "TrackLinks": "None",
        "MessageStream": stream,
        "Metadata": {KEY_NAME: letter.key},
    });
    if let Some(body) = body.as_object_mut() {
        let parts = [("TextBody", letter.text), ("HtmlBody", letter.html)];
        body.extend(parts.into_iter().filter(|(_, part)| !part.is_empty()).map(|(name, part)| (name.to_owned(), json!(part))));
        body.extend(letter.tag.map(|tag| ("Tag".to_owned(), json!(tag))));
        let pictures: Vec<Value> = letter.pictures.iter().map(attachment).collect();
        body.extend((!pictures.is_empty()).then(|| ("Attachments".to_owned(), Value::Array(pictures))));
    }
    body
}

fn attachment(picture: &Picture) -> Value {
    json!({"Name": picture.name, "Content": base64(picture), "ContentType": PNG, "ContentID": format!("cid:{}", picture.name)})
}

/// The part of its answers that is used. `Message` repeats addresses: it is looked into, and never passed on.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    error_code: Option<u32>,
    #[serde(rename = "MessageID")]
    message_id: Option<String>,
    #[serde(default)]
    message: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    messages: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(rename = "MessageID")]
    message_id: String,
    received_at: Option<String>,
    #[serde(default)]
    metadata: serde_json::Map<String, Value>,
}

fn outcome(answer: &Answered) -> Outcome {
    let said = answer.json::<Answer>();
    let code = said.as_ref().and_then(|said| said.error_code).filter(|code| *code != 0);
    let reason = CALLED.reason(answer.status, code.map(|code| code.to_string()).as_deref());
    match (answer.status, said, code) {
        (200..=299, Some(Answer { error_code: Some(0), message_id, .. }), _) => Outcome::Accepted { provider_id: message_id },
        // Without its own word, nobody knows.
        (200..=299, _, None) => CALLED.maybe_sent(&reason),
        (200..=299 | 422, Some(said), Some(code)) => refused(&said, code, &reason),
        (413, ..) => Outcome::refused(format!("{reason}: the mail is too large"), Fault::Content),
        _ => CALLED.by_status(answer, &reason).unwrap_or_else(|| Outcome::refused(reason, Fault::Content)),
    }
}

/// By its own codes: <https://postmarkapp.com/developer/api/overview#error-codes>.
fn refused(said: &Answer, code: u32, reason: &str) -> Outcome {
    match code {
        // It has bounced, complained or been switched off by hand: Postmark doesn't say which, so the one that forbids most.
        406 => Outcome::refused(format!("{reason}: the recipient is inactive at Postmark"), Fault::OptedOut),
        // Its words begin with the field that they are about.
        300 if about(&said.message, "to") => {
            Outcome::refused(format!("{reason}: the recipient's address is not accepted"), Fault::Recipient)
        }
        300 if about(&said.message, "from") => CALLED.settings(&format!("{reason}: the sender is not accepted")),
        // No such token, sender not confirmed, out of credits, account pending or stopped, no such stream.
        10 | 400 | 401 | 405 | 412 | 413 | 1200..=1299 => CALLED.settings(reason),
        // Down for maintenance.
        100 => Outcome::held(reason, None),
        429 => Outcome::held(reason, None),
        _ => Outcome::refused(format!("{reason}: the mail is not accepted"), Fault::Content),
    }
}

/// `Invalid 'To' address: ...`, `Error parsing 'From': ...`
fn about(message: &str, field: &str) -> bool {
    message.to_ascii_lowercase().split('\'').nth(1) == Some(field)
}
