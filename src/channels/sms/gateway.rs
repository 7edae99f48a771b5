//! Texts over any gateway that speaks our own small interface, for carriers that nobody has written an adapter for: `docs/channels/sms.md` describes it.

use super::gateway_hear::Status;
use super::standard_webhooks::{HEADERS, Secret};
use crate::channels::class::Class;
use crate::channels::http::{Answered, Called};
use crate::channels::settings::{Field, Provider};
use crate::channels::{Callback, Channel, Fault, Found, Heard, LookUp, Message, Outcome, SmsMessage, Unheard};
use crate::clock::{Clock, SystemClock};
use crate::domain::event::ChannelKind;
use crate::domain::receipt::Fate;
use crate::http_client::{self, HttpOptions, Reach};
use async_trait::async_trait;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

const BODY_MAX: usize = 1600; // characters
const CALLED: Called = Called { provider: "the SMS gateway", what: "text", settings: "the SMS settings and the gateway" };
/// The same for a repeat, so that the gateway can tell that it is one.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "gateway",
    kind: ChannelKind::Sms,
    title: "HTTP gateway",
    fields: &[
        Field {
            name: "base_url",
            label: "Address",
            help: "Of the gateway: texts are posted to this address with /messages at its end.",
            secret: false,
            required: true,
            multiline: false,
        },
        Field {
            name: "auth_token",
            label: "Token",
            help: "Sent with every request as a bearer token.",
            secret: true,
            required: true,
            multiline: false,
        },
        Field {
            name: "from",
            label: "Sender",
            help: "A number such as +14155550100, a short code, or a name such as ACME.",
            secret: false,
            required: true,
            multiline: false,
        },
        Field {
            name: "callback_key",
            label: "Signing secret",
            help: "Begins with whsec_ and signs requests and callbacks; without it no callback is believed, so that deliveries and replies stay unknown.",
            secret: true,
            required: false,
            multiline: false,
        },
    ],
    from_url: None,
    build: |values, origin| {
        let settings = GatewaySettings {
            base_url: values.need("base_url")?.to_owned(),
            token: SecretString::from(values.need("auth_token")?),
            from: values.need("from")?.to_owned(),
            signing_secret: values.get("callback_key").map(SecretString::from),
        };
        Ok(Arc::new(Gateway::with_options(settings, &HttpOptions::new(origin.reach()), Arc::new(SystemClock))?))
    },
};

/// A gateway and its sender.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// `https://sms.example.com/v1`
    pub base_url: String,
    /// The bearer token.
    pub token: SecretString,
    /// A number (`+14155550100`), a short code, or a name.
    pub from: String,
    /// `whsec_…`
    pub signing_secret: Option<SecretString>,
}

/// A gateway.
pub struct Gateway {
    settings: GatewaySettings,
    secret: Option<Secret>,
    client: Client,
    base: String,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct Request<'a> {
    key: &'a str,
    to: &'a str,
    from: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_for_s: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    id: Option<String>,
    error: Option<Error>,
}

#[derive(Debug, Deserialize)]
struct Error {
    code: String,
}

/// A text as the gateway has it.
#[derive(Debug, Deserialize)]
struct Kept {
    id: Option<String>,
    #[serde(flatten)]
    status: Status,
}

impl Gateway {
    /// From the settings, with a limit for the whole call and a clock for its signatures.
    ///
    /// # Errors
    /// What is wrong with them, without a secret.
    pub fn with_time_limit(settings: GatewaySettings, total: Duration, clock: Arc<dyn Clock>) -> Result<Self, String> {
        Self::with_options(settings, &HttpOptions { total, ..HttpOptions::new(Reach::Anywhere) }, clock)
    }

    fn with_options(settings: GatewaySettings, options: &HttpOptions, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let base = super::base_url(&settings.base_url, "gateway's", options.reach)?;
        let secret = settings.signing_secret.as_ref().map(|secret| Secret::parse(secret.expose_secret())).transpose()?;
        let client = http_client::client(options).map_err(|error| error.to_string())?;
        Ok(Self { settings, secret, client, base, clock })
    }

    pub(super) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    fn get(&self, rest: &str) -> RequestBuilder {
        self.client.get(format!("{}/messages{rest}", self.base)).bearer_auth(self.settings.token.expose_secret())
    }

    fn post(&self, sms: &SmsMessage) -> Result<RequestBuilder, String> {
        let request = Request {
            key: &sms.key,
            to: sms.to.as_str(),
            from: sms.from.as_ref().unwrap_or(&self.settings.from),
            text: &sms.body,
            callback: super::reachable_callback(sms).map(String::from),
            valid_for_s: sms.valid_for.map(|wait| wait.as_secs()),
        };
        let body = serde_json::to_vec(&request).map_err(|error| error.to_string())?;
        let call = self.client.post(format!("{}/messages", self.base)).bearer_auth(self.settings.token.expose_secret());
        let mut call = call.header(IDEMPOTENCY_KEY, &sms.key).header("Content-Type", "application/json");
        if let Some(secret) = &self.secret {
            let seconds = self.clock.now().as_second().to_string();
            let signature = secret.sign(&sms.key, &seconds, &body);
            for (name, value) in HEADERS.into_iter().zip([&sms.key, &seconds, &signature]) {
                call = call.header(name, value);
            }
        }
        Ok(call.body(body))
    }
}

#[async_trait]
impl Channel for Gateway {
    fn name(&self) -> &'static str {
        "gateway"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Message::Sms(sms) = message else { return super::not_a_text() };
        if let Some(refused) = super::not_for_sending(sms, BODY_MAX) {
            return refused;
        }
        let request = match self.post(sms) {
            Ok(request) => request,
            Err(reason) => return Outcome::refused(reason, Fault::Content),
        };
        match CALLED.call(request).await {
            Ok(answered) => outcome(&answered),
            Err(unanswered) => unanswered,
        }
    }

    fn account(&self) -> Option<&str> {
        Some(&self.base)
    }

    fn can_look_up(&self) -> bool {
        true
    }

    async fn look_up(&self, question: &LookUp) -> Found {
        if question.account.as_deref() != self.account() {
            return Found::cannot_say("it went through another gateway than the one that is set up now");
        }
        match CALLED.call(self.get(&format!("/{}", question.key))).await {
            Ok(answered) => found(&answered),
            Err(_) => Found::Unreachable { reason: "the SMS gateway gave no answer".to_owned() },
        }
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        self.heard(call)
    }

    /// A text that can't be: a gateway that knows the token says that it has none of that key, or that it doesn't tell.
    async fn probe(&self) -> Result<(), String> {
        let answered = CALLED.call(self.get("/probe")).await;
        let unreachable = "the SMS gateway could not be reached; check the network and its address".to_owned();
        match answered.map(|answered| answered.status) {
            Ok(200 | 404 | 405 | 501) => Ok(()),
            Ok(401 | 403) => Err("the SMS gateway refuses the token; check the SMS settings".to_owned()),
            Ok(status) => Err(format!("the SMS gateway answered {status}; try again later")),
            Err(_) => Err(unreachable),
        }
    }
}

fn outcome(answered: &Answered) -> Outcome {
    let answer: Answer = answered.json().unwrap_or_default();
    let code = answer.error.as_ref().map(|error| error.code.as_str());
    let class = code.and_then(class);
    // A code that isn't one of ours is not repeated: it could say anything.
    let reason = CALLED.reason(answered.status, code.filter(|_| class.is_some()));
    match answered.status {
        // It has taken this very text before.
        409 => Outcome::Accepted { provider_id: answer.id },
        503 if answered.retry_after().is_some() => Outcome::held(reason, answered.retry_after()),
        _ => match (CALLED.by_status(answered, &reason), class) {
            (Some(outcome), _) => outcome,
            (None, _) if answered.status < 300 => Outcome::Accepted { provider_id: answer.id },
            (None, class) => class.unwrap_or(Class::Content).outcome(CALLED, reason, answered.retry_after()),
        },
    }
}

/// What our interface's codes of errors mean.
fn class(code: &str) -> Option<Class> {
    Some(match code {
        "recipient" => Class::Recipient,
        "opted_out" => Class::OptedOut,
        "sender" => Class::Settings,
        "content" => Class::Content,
        "later" => Class::Later,
        "busy" => Class::Busy,
        "tomorrow" => Class::Tomorrow,
        _ => return None,
    })
}

fn found(answered: &Answered) -> Found {
    match answered.status {
        200 => match answered.json::<Kept>() {
            Some(kept) => of_kept(kept),
            None => Found::Unreachable { reason: "the SMS gateway's answer can't be read".to_owned() },
        },
        // Only with our own body it is the gateway that has no such text; without, it may not know the question.
        404 if answered.json::<Answer>().and_then(|a| a.error).is_some_and(|e| e.code == "not_found") => Found::Absent,
        404 | 405 | 501 => Found::cannot_say("the SMS gateway doesn't tell what became of texts"),
        status => Found::Unreachable { reason: format!("the SMS gateway answered {status}") },
    }
}

fn of_kept(kept: Kept) -> Found {
    let fault = match kept.status.fate() {
        Fate::Accepted | Fate::Delivered | Fate::Complained => {
            return Found::Arrived { provider_id: kept.id.unwrap_or_default(), at: kept.status.at() };
        }
        Fate::HardBounce => Fault::Recipient,
        Fate::OptedOut | Fate::Suppressed => Fault::OptedOut,
        Fate::Blocked | Fate::SoftBounce => Fault::Content,
    };
    Found::Refused { reason: format!("the SMS gateway has it as {}", kept.status.word()), fault }
}
