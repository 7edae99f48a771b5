//! Mails over Mailgun: <https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages>.

use super::build::PNG;
use super::from_url::{self, Front};
use super::letter::{BASE_URL, FROM, KEY_NAME, Letter, written};
use super::{build, mailgun_events};
use crate::channels::http::{self, Answered, Called};
use crate::channels::settings::{Field, Provider, Values};
use crate::channels::{Callback, Channel, EmailMessage, Fault, Found, Heard, LookUp, Message, Outcome, Picture, Unheard};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions};
use async_trait::async_trait;
use jiff::SignedDuration;
use lettre::message::Mailbox;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use url::Url;

const URL: &str = "https://api.mailgun.net";
const EU_URL: &str = "https://api.eu.mailgun.net";
const CALLED: Called = Called { provider: "Mailgun", what: "mail", settings: "the e-mail settings and the Mailgun domain" };
/// Mailgun's own bound on headers, variables and options together.
const OPTIONS_MAX: usize = 16 * 1024; // bytes
const EVENTS_MAX: &str = "25";
const CLOCK_MARGIN_S: i64 = 3600;
/// Its log is complete only after a while (<https://documentation.mailgun.com/docs/mailgun/user-manual/events/events>), and is kept for a day on the smallest
/// plan: outside of that, what isn't in it may have been taken.
const LOG_FROM: SignedDuration = SignedDuration::from_mins(30);
const LOG_UNTIL: SignedDuration = SignedDuration::from_hours(23);

const FIELDS: &[Field] = &[
    Field {
        name: "api_key",
        label: "API key",
        help: "The domain's sending key looks up nothing; take an account's API key where messages in doubt are to be asked for.",
        secret: true,
        required: true,
        multiline: false,
    },
    Field {
        name: "domain",
        label: "Sending domain",
        help: "As set up at Mailgun, such as mg.example.com.",
        secret: false,
        required: true,
        multiline: false,
    },
    Field {
        name: "region",
        label: "Region",
        help: "Write eu for a domain in Mailgun's European region; empty is the United States.",
        secret: false,
        required: false,
        multiline: false,
    },
    FROM,
    Field {
        name: "webhook_signing_key",
        label: "HTTP webhook signing key",
        help: "On Mailgun's page of API security: what Mailgun tells is believed by it.",
        secret: true,
        required: false,
        multiline: false,
    },
    BASE_URL,
];

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "mailgun",
    kind: ChannelKind::Email,
    title: "Mailgun",
    fields: FIELDS,
    from_url: Some(|url| {
        from_url::read(url, &Front::UserAt("api_key", "domain"), FIELDS, &[], "mailgun://API-KEY@mg.example.com?region=eu")
    }),
    build: |values, origin| Ok(Arc::new(Mailgun::new(values, &HttpOptions::new(origin.reach()))?)),
};

/// A domain at Mailgun.
pub struct Mailgun {
    api_key: SecretString,
    domain: String,
    sender: Mailbox,
    signing_key: Option<SecretString>,
    client: Client,
    base: Url,
}

impl Mailgun {
    /// From its settings.
    ///
    /// # Errors
    /// What is wrong with them, without a key.
    pub fn new(values: &Values, options: &HttpOptions) -> Result<Self, String> {
        let region = match values.get("region").map(str::to_ascii_lowercase).as_deref() {
            None | Some("us") => URL,
            Some("eu") => EU_URL,
            Some(_) => return Err("the Mailgun region is us or eu".to_owned()),
        };
        let domain = values.need("domain")?.to_ascii_lowercase();
        if !super::headers::is_domain(&domain) {
            return Err("the Mailgun domain can't be read; write it as mg.example.com".to_owned());
        }
        Ok(Self {
            api_key: SecretString::from(values.need("api_key")?),
            domain,
            sender: build::mailbox(values.need("from")?)?,
            signing_key: values.get("webhook_signing_key").map(SecretString::from),
            base: http::base_url(values.get("base_url").unwrap_or(region), options.reach)?,
            client: http_client::client(options).map_err(|error| error.to_string())?,
        })
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth("api", Some(self.api_key.expose_secret()))
    }

    fn path(&self, rest: &str) -> String {
        format!("/v3/{}{rest}", self.domain)
    }

    fn asking(&self, rest: &str, query: &[(&str, &str)]) -> String {
        http::asking(&self.base, &self.path(rest), query)
    }

    async fn post(&self, mail: &EmailMessage) -> Outcome {
        let form = match Letter::of(mail, &self.sender).and_then(|letter| form(&letter)) {
            Ok(form) => form,
            Err(reason) => return Outcome::refused(reason, Fault::Content),
        };
        let (kind, body) = multipart(&form, &mail.pictures);
        let request = self.client.post(http::below(&self.base, &self.path("/messages"))).header("content-type", kind).body(body);
        match CALLED.call(self.signed(request)).await {
            Ok(answer) => outcome(&answer),
            Err(unanswered) => unanswered,
        }
    }

    /// By the Message-ID, which was fixed before it left.
    async fn search(&self, question: &LookUp, message_id: &str) -> Result<Found, String> {
        // From before it can have left: clocks differ, theirs and ours.
        let begin = question.since.as_second().saturating_sub(CLOCK_MARGIN_S).to_string();
        let query = [("message-id", message_id), ("limit", EVENTS_MAX), ("ascending", "yes"), ("begin", &begin)];
        let request = self.client.get(self.asking("/events", &query));
        let response = self.signed(request).send().await.map_err(|_| "Mailgun could not be reached".to_owned())?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(CALLED.reason(status, None));
        }
        let body = http_client::read_capped(response, http_client::BODY_MAX).await.map_err(|_| "Mailgun's log broke off".to_owned())?;
        let log: Log = serde_json::from_slice(&body).map_err(|_| "Mailgun's log can't be read".to_owned())?;
        let ours: Vec<&Logged> = log.items.iter().filter(|e| e.message.headers.message_id == message_id).collect();
        if let Some(rejected) = ours.iter().find(|e| e.event == "rejected") {
            let reason = format!("Mailgun lists it as {}", rejected.event);
            return Ok(Found::Refused { reason, fault: Fault::Content });
        }
        if let Some(first) = ours.first() {
            return Ok(Found::Arrived { provider_id: message_id.to_owned(), at: mailgun_events::instant(first.timestamp) });
        }
        if !log.items.is_empty() {
            return Ok(Found::cannot_say("Mailgun's log holds others than those that were asked for"));
        }
        let age = question.now.duration_since(question.since);
        if age < LOG_FROM {
            return Err("Mailgun has no such mail yet, and its log isn't complete yet".to_owned());
        }
        Ok(if age > LOG_UNTIL { Found::cannot_say("Mailgun may have forgotten a mail of that age") } else { Found::Absent })
    }
}

#[async_trait]
impl Channel for Mailgun {
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
        Some(&self.domain)
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
        if question.account.as_deref() != Some(&self.domain) {
            return Found::cannot_say("the mail went through another Mailgun domain than the one that is set up now");
        }
        let Some(message_id) = &question.reference else {
            return Found::cannot_say("the mail's Message-ID is not known");
        };
        self.search(question, message_id).await.unwrap_or_else(|reason| Found::Unreachable { reason })
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        let key = self
            .signing_key
            .as_ref()
            .ok_or_else(|| Unheard::NotOurs("the HTTP webhook signing key is not set up: enter it in the Mailgun settings".to_owned()))?;
        mailgun_events::hear(key.expose_secret(), call)
    }

    async fn probe(&self) -> Result<(), String> {
        CALLED.probe(self.signed(self.client.get(self.asking("/events", &[("limit", "1")])))).await
    }
}

/// The request's fields. Opens and links are not tracked, whatever the domain's own settings are, and nothing is put off.
fn form(letter: &Letter) -> Result<Vec<(String, String)>, String> {
    let mut form = vec![
        ("from".to_owned(), written(&letter.from)),
        ("to".to_owned(), written(&letter.to)),
        ("subject".to_owned(), letter.subject.clone()),
    ];
    let parts = [("text", letter.text), ("html", letter.html)];
    form.extend(parts.into_iter().filter(|(_, part)| !part.is_empty()).map(|(name, part)| (name.to_owned(), part.to_owned())));
    let mut options: Vec<(String, String)> =
        ["o:tracking", "o:tracking-clicks", "o:tracking-opens"].into_iter().map(|name| (name.to_owned(), "no".to_owned())).collect();
    options.extend(letter.tag.map(|tag| ("o:tag".to_owned(), tag.to_owned())));
    options.push((format!("v:{KEY_NAME}"), letter.key.to_owned()));
    options.push(("h:Message-Id".to_owned(), format!("<{}>", letter.message_id)));
    options.extend(letter.headers.iter().map(|(name, value)| (format!("h:{name}"), value.clone())));
    if options.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > OPTIONS_MAX {
        return Err("the mail's headers are longer than Mailgun takes".to_owned());
    }
    form.extend(options);
    Ok(form)
}

/// RFC 7578. The boundary is made of what it divides, which therefore can't hold it. The page names a picture by its file's name.
fn multipart(form: &[(String, String)], pictures: &[Picture]) -> (String, Vec<u8>) {
    let mut digest = Sha256::new();
    form.iter().for_each(|(name, value)| {
        digest.update(name);
        digest.update(value);
    });
    pictures.iter().for_each(|picture| digest.update(&picture.png));
    let boundary = format!("comeback-{}", hex::encode(digest.finalize()));
    let mut body = Vec::new();
    for (name, value) in form {
        body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for picture in pictures {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"inline\"; filename=\"{}\"\r\nContent-Type: {PNG}\r\n\r\n",
            picture.name
        );
        body.extend(head.bytes());
        body.extend_from_slice(&picture.png);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// The part of its answers that is used. `message` repeats addresses: it is looked into, and never passed on.
#[derive(Debug, Default, Deserialize)]
struct Answer {
    id: Option<String>,
    #[serde(default)]
    message: String,
}

#[derive(Debug, Deserialize)]
struct Log {
    items: Vec<Logged>,
}

#[derive(Debug, Deserialize)]
struct Logged {
    #[serde(default)]
    event: String,
    #[serde(default)]
    timestamp: f64,
    #[serde(default)]
    message: LoggedMessage,
}

#[derive(Debug, Default, Deserialize)]
struct LoggedMessage {
    #[serde(default)]
    headers: LoggedHeaders,
}

#[derive(Debug, Default, Deserialize)]
struct LoggedHeaders {
    #[serde(rename = "message-id", default)]
    message_id: String,
}

fn outcome(answer: &Answered) -> Outcome {
    let reason = CALLED.reason(answer.status, None);
    let said = answer.json::<Answer>().unwrap_or_default();
    match answer.status {
        200..=299 => Outcome::Accepted { provider_id: said.id.map(|id| id.trim_matches(['<', '>']).to_owned()) },
        // `... limit exceeded, try again after 120 seconds`
        429 => Outcome::held(reason, answer.retry_after().or_else(|| wait(&said.message))),
        413 => Outcome::refused(format!("{reason}: the mail is too large"), Fault::Content),
        _ => CALLED.by_status(answer, &reason).unwrap_or_else(|| refused(&said.message, &reason)),
    }
}

fn wait(message: &str) -> Option<SignedDuration> {
    let (_, rest) = message.split_once("try again after ")?;
    let seconds: u32 = rest.split(' ').next()?.parse().ok()?;
    Some(SignedDuration::from_secs(i64::from(seconds)).min(http::RETRY_AFTER_MAX))
}

/// Its words name the field that they are about: `'to' parameter is not a valid address. please check documentation`.
fn refused(message: &str, reason: &str) -> Outcome {
    let message = message.to_ascii_lowercase();
    let about = |field: &str| message.trim_start_matches('\'').strip_prefix(field).is_some_and(|rest| rest.starts_with(['\'', ' ']));
    if about("to") {
        return Outcome::refused(format!("{reason}: the recipient's address is not accepted"), Fault::Recipient);
    }
    // An account that was stopped, or a sandbox that may write to its owners only, says so with the status of a bad request.
    if about("from") || message.contains("not allowed to send") || message.contains("sandbox") || message.contains("disabled") {
        return CALLED.settings(&format!("{reason}: the sender is not accepted"));
    }
    Outcome::refused(format!("{reason}: the mail is not accepted"), Fault::Content)
}
