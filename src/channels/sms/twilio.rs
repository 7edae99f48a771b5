//! Texts over Twilio's Messages resource: <https://www.twilio.com/docs/messaging/api/message-resource>.

use super::twilio_codes::class;
use crate::channels::class::Class;
use crate::channels::http::{Answered, Called};
use crate::channels::settings::{Field, Provider};
use crate::channels::{Callback, Channel, Found, Heard, LookUp, Message, Outcome, SmsMessage, Unheard};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions, Reach};
use async_trait::async_trait;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Where Twilio is, unless a gateway stands in.
pub const BASE_URL: &str = "https://api.twilio.com";
const BODY_MAX: usize = 1600; // characters; Twilio's error 21617
const VALIDITY_MAX_S: i64 = 36_000; // Twilio's longest ValidityPeriod
const CALLED: Called = Called { provider: "Twilio", what: "text", settings: "the SMS settings and the Twilio account" };

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "twilio",
    kind: ChannelKind::Sms,
    title: "Twilio",
    fields: &[
        Field {
            name: "account_sid",
            label: "Account SID",
            help: "AC and 32 hexadecimal digits, on the first page of the Twilio console.",
            secret: false,
            required: true,
            multiline: false,
        },
        Field {
            name: "auth_token",
            label: "Auth token",
            help: "Below the account SID in the Twilio console.",
            secret: true,
            required: true,
            multiline: false,
        },
        Field {
            name: "from",
            label: "Sender",
            help: "A number such as +14155550100, an alphanumeric sender such as ACME, or a messaging service (MG...).",
            secret: false,
            required: true,
            multiline: false,
        },
        Field {
            name: "old_auth_token",
            label: "Auth token before",
            help: "While you change the auth token at Twilio: the other of the two, so that callbacks signed with either are believed.",
            secret: true,
            required: false,
            multiline: false,
        },
        Field {
            name: "base_url",
            label: "Address",
            help: "Of Twilio's API, where a gateway stands in; usually empty.",
            secret: false,
            required: false,
            multiline: false,
        },
        Field {
            name: "answers",
            label: "Who answers STOP and HELP",
            help: "Empty: Twilio does, as it does by itself. comeback: Comeback does, where that is switched off at Twilio.",
            secret: false,
            required: false,
            multiline: false,
        },
    ],
    from_url: None,
    build: |values, origin| {
        let settings = TwilioSettings {
            account_sid: values.need("account_sid")?.to_owned(),
            auth_token: SecretString::from(values.need("auth_token")?),
            old_auth_token: values.get("old_auth_token").map(SecretString::from),
            from: values.need("from")?.to_owned(),
            base_url: values.get("base_url").unwrap_or(BASE_URL).to_owned(),
        };
        let answers = match values.get("answers") {
            None | Some("twilio") => true,
            Some("comeback") => false,
            Some(_) => return Err("answers is twilio, comeback or empty".to_owned()),
        };
        Ok(Arc::new(Twilio { answers, ..Twilio::with_options(settings, &HttpOptions::new(origin.reach()))? }))
    },
};

/// An account and its sender.
#[derive(Debug, Clone)]
pub struct TwilioSettings {
    /// `AC` and 32 hexadecimal digits.
    pub account_sid: String,
    /// The account's auth token.
    pub auth_token: SecretString,
    /// Another one with which callbacks may be signed, while the token is being changed.
    pub old_auth_token: Option<SecretString>,
    /// A number (`+14155550100`), an alphanumeric sender, or a messaging service (`MG…`).
    pub from: String,
    /// `https://api.twilio.com`, or a gateway's; the operator's own choice, so it may be on this machine.
    pub base_url: String,
}

/// Twilio.
pub struct Twilio {
    settings: TwilioSettings,
    client: Client,
    account: Url,
    /// It answers STOP and HELP itself.
    answers: bool,
}

/// The part of Twilio's answers that we use. `message` is left out: it repeats the number.
#[derive(Debug, Default, Deserialize)]
struct Answer {
    sid: Option<String>,
    code: Option<u32>,
}

impl Twilio {
    /// From the settings.
    ///
    /// # Errors
    /// What is wrong with them, without the token.
    pub fn new(settings: TwilioSettings) -> Result<Self, String> {
        Self::with_options(settings, &HttpOptions::new(Reach::Anywhere))
    }

    /// As `new`, with another limit for the whole call.
    ///
    /// # Errors
    /// As `new`.
    pub fn with_time_limit(settings: TwilioSettings, total: Duration) -> Result<Self, String> {
        Self::with_options(settings, &HttpOptions { total, ..HttpOptions::new(Reach::Anywhere) })
    }

    fn with_options(settings: TwilioSettings, options: &HttpOptions) -> Result<Self, String> {
        let sid = settings.account_sid.as_str();
        let sid_ok = sid.len() == 34 && sid.starts_with("AC") && sid.bytes().skip(2).all(|b| b.is_ascii_hexdigit());
        if !sid_ok {
            return Err("the Twilio account SID is AC and 32 hexadecimal digits; copy it from the Twilio console".to_owned());
        }
        if settings.from.trim().is_empty() {
            return Err("Twilio needs a sender: a number such as +14155550100, or a messaging service (MG…)".to_owned());
        }
        let base = super::base_url(&settings.base_url, "Twilio", options.reach)?;
        let account =
            Url::parse(&format!("{base}/2010-04-01/Accounts/{sid}")).map_err(|_| "the Twilio base URL can't be read".to_owned())?;
        let client = http_client::client(options).map_err(|error| error.to_string())?;
        Ok(Self { settings, client, account, answers: true })
    }

    fn form(&self, sms: &SmsMessage) -> Vec<(&'static str, String)> {
        let from = sms.from.as_ref().unwrap_or(&self.settings.from);
        let sender = if from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
        let mut form = vec![("To", sms.to.as_str().to_owned()), (sender, from.clone()), ("Body", sms.body.clone())];
        // Twilio can only call what it can reach: on a trial set-up without a public address the text still goes out.
        form.extend(super::reachable_callback(sms).map(|url| ("StatusCallback", String::from(url))));
        form.extend(sms.valid_for.map(|wait| ("ValidityPeriod", wait.as_secs().clamp(1, VALIDITY_MAX_S).to_string())));
        form
    }

    pub(super) fn account_sid(&self) -> &str {
        &self.settings.account_sid
    }

    /// With which callbacks may be signed.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        let all = [Some(&self.settings.auth_token), self.settings.old_auth_token.as_ref()];
        all.into_iter().flatten().map(ExposeSecret::expose_secret)
    }

    /// A question about something below the account.
    pub(super) fn get(&self, rest: &str) -> RequestBuilder {
        let request = self.client.get(format!("{}{rest}", self.account));
        request.basic_auth(&self.settings.account_sid, Some(self.settings.auth_token.expose_secret()))
    }

    async fn post(&self, sms: &SmsMessage) -> Outcome {
        let request = self.client.post(format!("{}/Messages.json", self.account)).form(&self.form(sms));
        let request = request.basic_auth(&self.settings.account_sid, Some(self.settings.auth_token.expose_secret()));
        match CALLED.call(request).await {
            Ok(answered) => outcome(&answered),
            Err(unanswered) => unanswered,
        }
    }
}

#[async_trait]
impl Channel for Twilio {
    fn name(&self) -> &'static str {
        "twilio"
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Message::Sms(sms) = message else {
            return super::not_a_text();
        };
        match super::not_for_sending(sms, BODY_MAX) {
            Some(refused) => refused,
            None => self.post(sms).await,
        }
    }

    fn account(&self) -> Option<&str> {
        Some(self.account_sid())
    }

    fn can_look_up(&self) -> bool {
        true
    }

    fn answers_keywords(&self) -> bool {
        self.answers
    }

    async fn look_up(&self, question: &LookUp) -> Found {
        self.find(question).await
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        self.heard(call)
    }

    async fn probe(&self) -> Result<(), String> {
        CALLED.probe(self.get(".json")).await
    }
}

fn outcome(answered: &Answered) -> Outcome {
    let answer: Answer = answered.json().unwrap_or_default();
    let code = answer.code.map(|code| code.to_string());
    let reason = CALLED.reason(answered.status, code.as_deref());
    match (CALLED.by_status(answered, &reason), answer.code.and_then(class)) {
        (Some(outcome), _) => outcome,
        (None, _) if answered.status < 300 => Outcome::Accepted { provider_id: answer.sid },
        (None, class) => class.unwrap_or(Class::Content).outcome(CALLED, reason, answered.retry_after()),
    }
}
