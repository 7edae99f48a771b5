//! Texts over Vonage's SMS API: <https://developer.vonage.com/en/api/sms>.

use super::vonage_codes::of_status;
use crate::channels::class::Class;
use crate::channels::http::{Answered, Called};
use crate::channels::settings::{Field, Provider};
use crate::channels::{Callback, Channel, Heard, Message, Outcome, SmsMessage, Unheard};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions, Reach};
use async_trait::async_trait;
use reqwest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

const BASE_URL: &str = "https://rest.nexmo.com";
const BODY_MAX: usize = 1600; // characters: ten parts
const CALLBACK_MAX: usize = 100; // characters; Vonage's error 23
const TTL_MS: (i64, i64) = (20_000, 604_800_000); // Vonage's shortest and longest
const CALLED: Called = Called { provider: "Vonage", what: "text", settings: "the SMS settings and the Vonage account" };
/// The characters that need no Unicode text (3GPP TS 23.038, section 6.2.1), beside ASCII without the backtick.
const BEYOND_ASCII: &str = "¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ€\n\r\u{c}";

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "vonage",
    kind: ChannelKind::Sms,
    title: "Vonage",
    fields: &[
        Field {
            name: "account_sid",
            label: "API key",
            help: "Eight characters, on the first page of the Vonage dashboard.",
            secret: false,
            required: true,
            multiline: false,
        },
        Field {
            name: "auth_token",
            label: "API secret",
            help: "Beside the API key in the Vonage dashboard.",
            secret: true,
            required: true,
            multiline: false,
        },
        Field {
            name: "from",
            label: "Sender",
            help: "A number such as +14155550100 or, where the country allows it, a name such as ACME.",
            secret: false,
            required: true,
            multiline: false,
        },
        Field {
            name: "callback_key",
            label: "Signature secret",
            help: "In the dashboard's API settings, with SHA-256 HMAC as the method; without it no callback is believed, so that deliveries and replies stay unknown.",
            secret: true,
            required: false,
            multiline: false,
        },
        Field {
            name: "base_url",
            label: "Address",
            help: "Of Vonage's API, where a gateway stands in; usually empty.",
            secret: false,
            required: false,
            multiline: false,
        },
    ],
    from_url: None,
    build: |values, origin| {
        let settings = VonageSettings {
            api_key: values.need("account_sid")?.to_owned(),
            api_secret: SecretString::from(values.need("auth_token")?),
            signature_secret: values.get("callback_key").map(SecretString::from),
            from: values.need("from")?.to_owned(),
            base_url: values.get("base_url").unwrap_or(BASE_URL).to_owned(),
        };
        Ok(Arc::new(Vonage::with_options(settings, &HttpOptions::new(origin.reach()))?))
    },
};

/// An account and its sender.
#[derive(Debug, Clone)]
pub struct VonageSettings {
    /// Eight characters.
    pub api_key: String,
    /// The key's secret.
    pub api_secret: SecretString,
    /// With which callbacks are signed.
    pub signature_secret: Option<SecretString>,
    /// A number (`+14155550100`) or a name.
    pub from: String,
    /// `https://rest.nexmo.com`, or a gateway's.
    pub base_url: String,
}

/// Vonage.
pub struct Vonage {
    settings: VonageSettings,
    client: Client,
    base: String,
}

/// The part of Vonage's answers that we use: a status for each part of the text. The error's words are left out: they may repeat what was sent.
#[derive(Debug, Deserialize)]
struct Answer {
    messages: Vec<Part>,
}

#[derive(Debug, Deserialize)]
struct Part {
    status: String,
    #[serde(rename = "message-id")]
    id: Option<String>,
}

impl Vonage {
    /// From the settings, with a limit for the whole call.
    ///
    /// # Errors
    /// What is wrong with them, without a secret.
    pub fn with_time_limit(settings: VonageSettings, total: Duration) -> Result<Self, String> {
        Self::with_options(settings, &HttpOptions { total, ..HttpOptions::new(Reach::Anywhere) })
    }

    fn with_options(settings: VonageSettings, options: &HttpOptions) -> Result<Self, String> {
        if settings.api_key.len() != 8 || !settings.api_key.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err("the Vonage API key has eight letters and digits; copy it from the Vonage dashboard".to_owned());
        }
        let base = super::base_url(&settings.base_url, "Vonage", options.reach)?;
        let client = http_client::client(options).map_err(|error| error.to_string())?;
        Ok(Self { settings, client, base })
    }

    pub(super) fn signature_secret(&self) -> Option<&str> {
        self.settings.signature_secret.as_ref().map(secrecy::ExposeSecret::expose_secret)
    }

    fn form(&self, sms: &SmsMessage) -> Vec<(&'static str, String)> {
        let bare = |number: &str| number.trim_start_matches('+').to_owned();
        let mut form = vec![
            ("api_key", self.settings.api_key.clone()),
            ("api_secret", self.settings.api_secret.expose_secret().to_owned()),
            ("from", bare(sms.from.as_ref().unwrap_or(&self.settings.from))),
            ("to", bare(sms.to.as_str())),
            ("text", sms.body.clone()),
            ("type", if is_plain(&sms.body) { "text" } else { "unicode" }.to_owned()),
            ("client-ref", sms.key.clone()),
        ];
        form.extend(callback(sms).map(|url| ("callback", url)));
        form.extend(
            sms.valid_for.map(|wait| ("ttl", i64::try_from(wait.as_millis()).unwrap_or(TTL_MS.1).clamp(TTL_MS.0, TTL_MS.1).to_string())),
        );
        form
    }
}

/// Without our key, which Vonage echoes by itself: the address may not be longer. One that is, is left to the account's own settings.
fn callback(sms: &SmsMessage) -> Option<String> {
    let mut url: Url = super::reachable_callback(sms)?;
    url.set_query(None);
    Some(String::from(url)).filter(|url| url.len() <= CALLBACK_MAX)
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' '..='_' | 'a'..='~') || BEYOND_ASCII.contains(c))
}

#[async_trait]
impl Channel for Vonage {
    fn name(&self) -> &'static str {
        "vonage"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Message::Sms(sms) = message else { return super::not_a_text() };
        if let Some(refused) = super::not_for_sending(sms, BODY_MAX) {
            return refused;
        }
        match CALLED.call(self.client.post(format!("{}/sms/json", self.base)).form(&self.form(sms))).await {
            Ok(answered) => outcome(&answered),
            Err(unanswered) => unanswered,
        }
    }

    fn account(&self) -> Option<&str> {
        Some(&self.settings.api_key)
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        self.heard(call)
    }

    /// The balance is the one question with these credentials that sends nothing.
    async fn probe(&self) -> Result<(), String> {
        let request = self.client.get(format!("{}/account/get-balance", self.base));
        CALLED.probe(request.basic_auth(&self.settings.api_key, Some(self.settings.api_secret.expose_secret()))).await
    }
}

fn outcome(answered: &Answered) -> Outcome {
    let reason = CALLED.reason(answered.status, None);
    if let Some(outcome) = CALLED.by_status(answered, &reason) {
        return outcome;
    }
    let parts = answered.json::<Answer>().map(|answer| answer.messages).unwrap_or_default();
    // As soon as one part was taken the text is on its way: a second attempt would repeat it.
    if let Some(taken) = parts.iter().find(|part| part.status == "0") {
        return Outcome::Accepted { provider_id: taken.id.clone() };
    }
    let Some(refused) = parts.first() else { return CALLED.maybe_sent(&format!("{reason} without a status that can be read")) };
    let code = refused.status.parse::<u32>().ok();
    let reason = code.map_or(reason, |code| CALLED.reason(answered.status, Some(&code.to_string())));
    code.and_then(of_status).unwrap_or(Class::Content).outcome(CALLED, reason, answered.retry_after())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_plain_where_the_seven_bit_alphabet_has_all_their_characters() {
        let check = |text: &str, expected: bool| text.chars().for_each(|c| assert_eq!(is_plain(&c.to_string()), expected, "{c:?}"));
        check("Hello, it's 50 % & more: #1?", true);
        check("@$_ {}[]\\~|^€\nÇéàñüΩ", true);
        check("`’“–ç\t\u{a0}áíóúë🛒", false);
    }
}
