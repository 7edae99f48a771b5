//! Texts over Telnyx's Messages API: <https://developers.telnyx.com/api-reference/messages/send-a-message>.

use super::telnyx_codes::class;
use crate::channels::class::Class;
use crate::channels::http::{Answered, Called};
use crate::channels::settings::{Field, Provider};
use crate::channels::{Callback, Channel, Heard, Message, Outcome, SmsMessage, Unheard};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions, Reach};
use async_trait::async_trait;
use reqwest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

const BASE_URL: &str = "https://api.telnyx.com";
const BODY_MAX: usize = 1530; // characters: ten parts
const CALLED: Called = Called { provider: "Telnyx", what: "text", settings: "the SMS settings and the Telnyx account" };

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "telnyx",
    kind: ChannelKind::Sms,
    title: "Telnyx",
    fields: &[
        Field {
            name: "auth_token",
            label: "API key",
            help: "Begins with KEY, in the Telnyx portal under API keys.",
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
            name: "account_sid",
            label: "Messaging profile",
            help: "Its id, where the sender is a name; a number's own is found by Telnyx.",
            secret: false,
            required: false,
            multiline: false,
        },
        Field {
            name: "callback_key",
            label: "Public key",
            help: "In the Telnyx portal under keys and credentials; without it no callback is believed, so that deliveries and replies stay unknown.",
            secret: false,
            required: false,
            multiline: false,
        },
        Field {
            name: "base_url",
            label: "Address",
            help: "Of Telnyx's API, where a gateway stands in; usually empty.",
            secret: false,
            required: false,
            multiline: false,
        },
    ],
    from_url: None,
    build: |values, origin| {
        let settings = TelnyxSettings {
            api_key: SecretString::from(values.need("auth_token")?),
            from: values.need("from")?.to_owned(),
            messaging_profile: values.get("account_sid").map(str::to_owned),
            public_key: values.get("callback_key").map(str::to_owned),
            base_url: values.get("base_url").unwrap_or(BASE_URL).to_owned(),
        };
        Ok(Arc::new(Telnyx::with_options(settings, &HttpOptions::new(origin.reach()))?))
    },
};

/// An account and its sender.
#[derive(Debug, Clone)]
pub struct TelnyxSettings {
    /// `KEY…`
    pub api_key: SecretString,
    /// A number (`+14155550100`), a short code, or a name.
    pub from: String,
    /// Needed where the sender is a name.
    pub messaging_profile: Option<String>,
    /// By which callbacks are checked: Base64, 32 bytes.
    pub public_key: Option<String>,
    /// `https://api.telnyx.com`, or a gateway's.
    pub base_url: String,
}

/// Telnyx.
pub struct Telnyx {
    settings: TelnyxSettings,
    client: Client,
    base: String,
}

#[derive(Serialize)]
struct Request<'a> {
    from: &'a str,
    to: &'a str,
    text: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    messaging_profile_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
}

/// The part of Telnyx's answers that we use. Titles and details are left out: they repeat numbers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    data: Data,
    errors: Vec<CodeOnly>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data {
    id: Option<String>,
}

/// An error's code, which Telnyx writes as text.
#[derive(Debug, Deserialize)]
pub(super) struct CodeOnly {
    code: String,
}

impl CodeOnly {
    pub(super) fn number(&self) -> Option<u32> {
        self.code.parse().ok()
    }
}

impl Telnyx {
    /// From the settings, with a limit for the whole call.
    ///
    /// # Errors
    /// What is wrong with them, without a secret.
    pub fn with_time_limit(settings: TelnyxSettings, total: Duration) -> Result<Self, String> {
        Self::with_options(settings, &HttpOptions { total, ..HttpOptions::new(Reach::Anywhere) })
    }

    fn with_options(settings: TelnyxSettings, options: &HttpOptions) -> Result<Self, String> {
        let base = super::base_url(&settings.base_url, "Telnyx", options.reach)?;
        let named = settings.from.bytes().any(|b| b.is_ascii_alphabetic());
        if named && settings.messaging_profile.is_none() {
            return Err("Telnyx sends under a name only through a messaging profile: enter its id, or a number as the sender".to_owned());
        }
        let client = http_client::client(options).map_err(|error| error.to_string())?;
        Ok(Self { settings, client, base })
    }

    pub(super) fn public_key(&self) -> Option<&str> {
        self.settings.public_key.as_deref()
    }

    fn request<'a>(&'a self, sms: &'a SmsMessage) -> Request<'a> {
        Request {
            from: sms.from.as_ref().unwrap_or(&self.settings.from),
            to: sms.to.as_str(),
            text: &sms.body,
            kind: "SMS",
            messaging_profile_id: self.settings.messaging_profile.as_deref(),
            webhook_url: super::reachable_callback(sms).map(String::from),
        }
    }
}

#[async_trait]
impl Channel for Telnyx {
    fn name(&self) -> &'static str {
        "telnyx"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Message::Sms(sms) = message else { return super::not_a_text() };
        if let Some(refused) = super::not_for_sending(sms, BODY_MAX) {
            return refused;
        }
        let request = self.client.post(format!("{}/v2/messages", self.base)).json(&self.request(sms));
        match CALLED.call(request.bearer_auth(self.settings.api_key.expose_secret())).await {
            Ok(answered) => outcome(&answered),
            Err(unanswered) => unanswered,
        }
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        self.heard(call)
    }

    async fn probe(&self) -> Result<(), String> {
        let request = self.client.get(format!("{}/v2/messaging_profiles", self.base));
        CALLED.probe(request.bearer_auth(self.settings.api_key.expose_secret())).await
    }
}

fn outcome(answered: &Answered) -> Outcome {
    let answer: Answer = answered.json().unwrap_or_default();
    let code = answer.errors.iter().find_map(CodeOnly::number);
    let reason = CALLED.reason(answered.status, code.map(|code| code.to_string()).as_deref());
    let class = code.and_then(class);
    // That somebody opted out comes with a 403 like what is wrong with the account.
    let by_status =
        CALLED.by_status(answered, &reason).filter(|_| !matches!(class, Some(Class::OptedOut | Class::Recipient | Class::Content)));
    match by_status {
        Some(outcome) => outcome,
        None if answered.status < 300 => Outcome::Accepted { provider_id: answer.data.id },
        None => class.unwrap_or(Class::Content).outcome(CALLED, reason, answered.retry_after()),
    }
}
