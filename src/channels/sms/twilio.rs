//! Texts over Twilio's Messages resource: <https://www.twilio.com/docs/messaging/api/message-resource>.

use super::twilio_codes::{Class, class};
use crate::channels::settings::{Field, Provider};
use crate::channels::{Channel, Fault, Found, LookUp, Message, Outcome, SmsMessage};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions, Reach};
use async_trait::async_trait;
use jiff::SignedDuration;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Where Twilio is, unless a gateway stands in.
pub const BASE_URL: &str = "https://api.twilio.com";
const BODY_MAX: usize = 1600; // characters; Twilio's error 21617
const VALIDITY_MAX_S: i64 = 36_000; // Twilio's longest ValidityPeriod
const ANSWER_MAX: usize = 64 * 1024; // bytes
const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_hours(24);
/// How long to wait when it is the settings that must change: nothing is lost meanwhile.
const SETTINGS_WAIT: SignedDuration = SignedDuration::from_mins(15);
const DAY: SignedDuration = SignedDuration::from_hours(24);

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
        },
        Field {
            name: "auth_token",
            label: "Auth token",
            help: "Below the account SID in the Twilio console.",
            secret: true,
            required: true,
        },
        Field {
            name: "from",
            label: "Sender",
            help: "A number such as +14155550100, an alphanumeric sender, or a messaging service (MG...).",
            secret: false,
            required: true,
        },
        Field {
            name: "base_url",
            label: "Address",
            help: "Of Twilio's API, where a gateway stands in; usually empty.",
            secret: false,
            required: false,
        },
        Field {
            name: "answers",
            label: "Who answers STOP and HELP",
            help: "Empty: Twilio does, as it does by itself. comeback: Comeback does, where that is switched off at Twilio.",
            secret: false,
            required: false,
        },
    ],
    from_url: None,
    build: |values, origin| {
        let settings = TwilioSettings {
            account_sid: values.need("account_sid")?.to_owned(),
            auth_token: SecretString::from(values.need("auth_token")?),
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
        let base = settings.base_url.trim_end_matches('/');
        let account = Url::parse(&format!("{base}/2010-04-01/Accounts/{sid}")).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let account = account.ok_or("the Twilio base URL can't be read; leave it out, or write it as https://api.twilio.com")?;
        let client = http_client::client(options).map_err(|error| error.to_string())?;
        Ok(Self { settings, client, account, answers: true })
    }

    fn form(&self, sms: &SmsMessage) -> Vec<(&'static str, String)> {
        let sender = if self.settings.from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
        let mut form = vec![("To", sms.to.as_str().to_owned()), (sender, self.settings.from.clone()), ("Body", sms.body.clone())];
        // Twilio can only call what it can reach: on a trial set-up without a public address the text still goes out.
        let callback = sms.status_callback.as_ref().filter(|url| Url::parse(url).is_ok_and(|url| http_client::allowed(&url).is_ok()));
        form.extend(callback.map(|url| ("StatusCallback", url.clone())));
        form.extend(sms.valid_for.map(|wait| ("ValidityPeriod", wait.as_secs().clamp(1, VALIDITY_MAX_S).to_string())));
        form
    }

    pub(super) fn account_sid(&self) -> &str {
        &self.settings.account_sid
    }

    /// A question about something below the account.
    pub(super) fn get(&self, rest: &str) -> RequestBuilder {
        let request = self.client.get(format!("{}{rest}", self.account));
        request.basic_auth(&self.settings.account_sid, Some(self.settings.auth_token.expose_secret()))
    }

    async fn post(&self, sms: &SmsMessage) -> Outcome {
        let request = self.client.post(format!("{}/Messages.json", self.account)).form(&self.form(sms));
        let request = request.basic_auth(&self.settings.account_sid, Some(self.settings.auth_token.expose_secret()));
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return unanswered(&error),
        };
        let status = response.status();
        let after = retry_after(response.headers());
        let body = http_client::read_capped(response, ANSWER_MAX).await;
        let answer = body.ok().and_then(|body| serde_json::from_slice::<Answer>(&body).ok());
        outcome(status, answer.unwrap_or_default(), after)
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
            return Outcome::Refused { reason: "a mail was handed to the SMS channel".to_owned(), fault: Fault::Content };
        };
        if sms.body.trim().is_empty() || sms.body.chars().count() > BODY_MAX {
            let reason = format!("a text has 1 to {BODY_MAX} characters; change the template");
            return Outcome::Refused { reason, fault: Fault::Content };
        }
        if sms.valid_for.is_some_and(|wait| wait.as_secs() < 1) {
            return Outcome::Refused { reason: "the text's time had run out before it was sent".to_owned(), fault: Fault::Content };
        }
        self.post(sms).await
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

    async fn probe(&self) -> Result<(), String> {
        let response =
            self.get(".json").send().await.map_err(|_| "Twilio could not be reached; check the network and the base URL".to_owned())?;
        match response.status() {
            StatusCode::OK => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
                Err("Twilio refuses the account SID or auth token; copy both from the Twilio console".to_owned())
            }
            status => Err(format!("Twilio answered {}; try again later", status.as_u16())),
        }
    }
}

/// No answer: only a connection that was never made is sure to have sent nothing.
fn unanswered(error: &reqwest::Error) -> Outcome {
    if error.is_connect() || error.is_builder() {
        return Outcome::held("Twilio could not be reached", None);
    }
    let what = if error.is_timeout() { "gave no answer in time" } else { "broke off before its answer" };
    Outcome::Unknown { reason: format!("Twilio was handed the text and {what}") }
}

fn outcome(status: StatusCode, answer: Answer, after: Option<SignedDuration>) -> Outcome {
    let reason = match answer.code {
        Some(code) => format!("Twilio answered {} with error {code}", status.as_u16()),
        None => format!("Twilio answered {}", status.as_u16()),
    };
    match status.as_u16() {
        200..=299 => Outcome::Accepted { provider_id: answer.sid },
        // Twilio states that such requests were not processed.
        429 => Outcome::held(reason, after),
        401 | 403 | 404 => settings(&reason),
        // Neither a redirect, which is never followed, nor a method or type that is not understood reaches the message queue.
        300..=399 | 405 | 415 => settings(&reason),
        400..=499 => refused(reason, answer.code, after),
        _ => Outcome::Unknown { reason: format!("{reason}, so the text may have been sent") },
    }
}

fn refused(reason: String, code: Option<u32>, after: Option<SignedDuration>) -> Outcome {
    let final_for = |reason, fault| Outcome::Refused { reason, fault };
    match code.and_then(class) {
        Some(Class::Recipient) => final_for(reason, Fault::Recipient),
        Some(Class::OptedOut) => final_for(reason, Fault::OptedOut),
        Some(Class::Settings) => settings(&reason),
        Some(Class::Content) | None => final_for(reason, Fault::Content),
        Some(Class::Later) => Outcome::held(reason, after),
        Some(Class::Tomorrow) => Outcome::held(reason, after.or(Some(DAY))),
        Some(Class::Unknown) => Outcome::Unknown { reason },
    }
}

fn settings(reason: &str) -> Outcome {
    Outcome::held(format!("{reason}; check the SMS settings and the Twilio account"), Some(SETTINGS_WAIT))
}

/// Seconds only: the form with a date needs a clock, and Twilio doesn't use it.
fn retry_after(headers: &HeaderMap) -> Option<SignedDuration> {
    let seconds: u32 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(SignedDuration::from_secs(i64::from(seconds)).min(RETRY_AFTER_MAX))
}
