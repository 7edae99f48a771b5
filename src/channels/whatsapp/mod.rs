//! WhatsApp messages over Meta's Cloud API: <https://developers.facebook.com/docs/whatsapp/cloud-api>.
//!
//! Outside of a conversation that the shopper began only templates that Meta has approved may be sent, so a message is a template's name and what stands in
//! its gaps.

mod codes;
mod hear;

use super::class::Class;
use super::http::{Answered, Called};
use super::settings::{Field, Provider};
use super::{Callback, Channel, Fault, Heard, Message, Outcome, Unheard, WhatsAppMessage};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions, Reach};
use async_trait::async_trait;
use codes::class;
use reqwest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

const NAME: &str = "whatsapp";
const BASE_URL: &str = "https://graph.facebook.com";
const VERSION: &str = "v23.0";
const PARAMETER_MAX: usize = 1024; // characters of a body with its parameters
const CALLED: Called =
    Called { provider: "WhatsApp", what: "message", settings: "the WhatsApp settings and the number in Meta's Business Manager" };

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: NAME,
    kind: ChannelKind::WhatsApp,
    title: "WhatsApp Cloud API",
    fields: &[
        Field {
            name: "phone_number_id",
            label: "Phone number ID",
            help: "Digits, in the app's WhatsApp settings at Meta; it is not the number itself.",
            secret: false,
            required: true,
            multiline: false,
        },
        Field {
            name: "access_token",
            label: "Access token",
            help: "Of a system user with whatsapp_business_messaging, so that it doesn't expire.",
            secret: true,
            required: true,
            multiline: false,
        },
        Field {
            name: "app_secret",
            label: "App secret",
            help: "In the app's basic settings at Meta; without it no callback is believed, so that deliveries and replies stay unknown.",
            secret: true,
            required: false,
            multiline: false,
        },
        Field {
            name: "verify_token",
            label: "Verify token",
            help: "Any word of your own: enter the same beside the callback URL at Meta.",
            secret: true,
            required: false,
            multiline: false,
        },
        Field {
            name: "api_version",
            label: "API version",
            help: "Of Meta's Graph API, such as v23.0; usually empty.",
            secret: false,
            required: false,
            multiline: false,
        },
        Field {
            name: "base_url",
            label: "Address",
            help: "Of Meta's Graph API, where a gateway stands in; usually empty.",
            secret: false,
            required: false,
            multiline: false,
        },
    ],
    from_url: None,
    build: |values, origin| {
        let settings = WhatsAppSettings {
            phone_number_id: values.need("phone_number_id")?.to_owned(),
            access_token: SecretString::from(values.need("access_token")?),
            app_secret: values.get("app_secret").map(SecretString::from),
            verify_token: values.get("verify_token").map(SecretString::from),
            api_version: values.get("api_version").unwrap_or(VERSION).to_owned(),
            base_url: values.get("base_url").unwrap_or(BASE_URL).to_owned(),
        };
        Ok(Arc::new(WhatsApp::with_options(settings, &HttpOptions::new(origin.reach()))?))
    },
};

/// A number at Meta.
#[derive(Debug, Clone)]
pub struct WhatsAppSettings {
    /// Digits.
    pub phone_number_id: String,
    /// A system user's.
    pub access_token: SecretString,
    /// With which callbacks are signed.
    pub app_secret: Option<SecretString>,
    /// What Meta says when it asks whether the callback URL is ours.
    pub verify_token: Option<SecretString>,
    /// `v23.0`
    pub api_version: String,
    /// `https://graph.facebook.com`, or a gateway's.
    pub base_url: String,
}

/// Meta's Cloud API.
pub struct WhatsApp {
    settings: WhatsAppSettings,
    client: Client,
    number: String,
}

/// The part of Meta's answers that we use. Messages and details are left out: they may repeat numbers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    messages: Vec<Taken>,
    error: Option<CodeOnly>,
}

#[derive(Debug, Deserialize)]
struct Taken {
    id: String,
}

/// An error's code.
#[derive(Debug, Deserialize)]
struct CodeOnly {
    code: u32,
}

impl WhatsApp {
    /// From the settings, with a limit for the whole call.
    ///
    /// # Errors
    /// What is wrong with them, without a secret.
    pub fn with_time_limit(settings: WhatsAppSettings, total: Duration) -> Result<Self, String> {
        Self::with_options(settings, &HttpOptions { total, ..HttpOptions::new(Reach::Anywhere) })
    }

    fn with_options(settings: WhatsAppSettings, options: &HttpOptions) -> Result<Self, String> {
        let id = settings.phone_number_id.as_str();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
            return Err("the WhatsApp phone number ID has digits only; copy it from the app's WhatsApp settings at Meta".to_owned());
        }
        let version = settings.api_version.as_str();
        if !version.starts_with('v') || !version.bytes().skip(1).all(|b| b.is_ascii_digit() || b == b'.') {
            return Err("the version of Meta's Graph API is written as v23.0".to_owned());
        }
        let base = settings.base_url.trim_end_matches('/');
        let url = Url::parse(base).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
        let url = url.ok_or("the WhatsApp base URL can't be read; leave it out, or write it as https://graph.facebook.com")?;
        if options.reach == Reach::PublicOnly {
            http_client::allowed(&url).map_err(|error| format!("the WhatsApp base URL can't be used: {error}"))?;
        }
        let number = format!("{base}/{version}/{id}");
        let client = http_client::client(options).map_err(|error| error.to_string())?;
        Ok(Self { settings, client, number })
    }

    async fn post(&self, message: &WhatsAppMessage) -> Outcome {
        let request = self.client.post(format!("{}/messages", self.number)).bearer_auth(self.settings.access_token.expose_secret());
        match CALLED.call(request.json(&body(message))).await {
            Ok(answered) => outcome(&answered),
            Err(unanswered) => unanswered,
        }
    }
}

/// What is asked for. `biz_opaque_callback_data` comes back with every word about the message.
fn body(message: &WhatsAppMessage) -> Value {
    let text = |text: &String| json!({"type": "text", "text": text});
    let mut components = Vec::new();
    if !message.parameters.is_empty() {
        components.push(json!({"type": "body", "parameters": message.parameters.iter().map(text).collect::<Vec<_>>()}));
    }
    if !message.link_code.is_empty() {
        components.push(json!({"type": "button", "sub_type": "url", "index": "0", "parameters": [text(&message.link_code)]}));
    }
    json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.to.as_str().trim_start_matches('+'),
        "type": "template",
        "template": {
            "name": message.template,
            "language": {"policy": "deterministic", "code": message.language},
            "components": components,
        },
        "biz_opaque_callback_data": message.key,
    })
}

/// What Meta would refuse.
fn refusal(message: &WhatsAppMessage) -> Option<&'static str> {
    let foreign = |c: char| matches!(c, '\n' | '\r' | '\t');
    if message.template.is_empty() || message.language.is_empty() {
        return Some("a WhatsApp message needs the name and the language of a template that Meta has approved; change the template");
    }
    if message.parameters.iter().any(|p| p.trim().is_empty() || p.contains(foreign) || p.contains("     ")) {
        return Some("a part of the WhatsApp message is empty, or has line breaks or many blanks, which Meta refuses; change the template");
    }
    let long = message.parameters.iter().map(|p| p.chars().count()).sum::<usize>() > PARAMETER_MAX;
    long.then_some("the parts of the WhatsApp message are longer than 1024 characters together; change the template")
}

#[async_trait]
impl Channel for WhatsApp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::WhatsApp
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Message::WhatsApp(message) = message else {
            return Outcome::refused("a message of another kind was handed to the WhatsApp channel", Fault::Content);
        };
        if let Some(reason) = refusal(message) {
            return Outcome::refused(reason, Fault::Content);
        }
        self.post(message).await
    }

    fn account(&self) -> Option<&str> {
        Some(&self.settings.phone_number_id)
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        self.heard(call)
    }

    async fn probe(&self) -> Result<(), String> {
        let request = self.client.get(format!("{}?fields=id", self.number));
        CALLED.probe(request.bearer_auth(self.settings.access_token.expose_secret())).await
    }
}

fn outcome(answered: &Answered) -> Outcome {
    let answer: Answer = answered.json().unwrap_or_default();
    let code = answer.error.map(|error| error.code);
    let reason = CALLED.reason(answered.status, code.map(|code| code.to_string()).as_deref());
    if answered.status < 300 {
        return match answer.messages.into_iter().next() {
            Some(taken) => Outcome::Accepted { provider_id: Some(taken.id) },
            None => CALLED.maybe_sent(&format!("{reason} without a message's id")),
        };
    }
    // Meta asks to go by its codes: the same HTTP status stands for what is wrong with the number, the template and the account.
    match (code.and_then(class).filter(|_| answered.status < 500), CALLED.by_status(answered, &reason)) {
        (Some(class), _) => class.outcome(CALLED, reason, answered.retry_after()),
        (None, Some(outcome)) => outcome,
        (None, None) => Class::Content.outcome(CALLED, reason, None),
    }
}
