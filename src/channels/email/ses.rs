//! Mails over Amazon SES: <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>.

use super::build::PNG;
use super::from_url::{self, Front};
use super::letter::{BASE_URL, FROM, KEY_NAME, Letter, base64, written};
use super::ses_sign::{Request, Signer};
use super::sns::{Sns, Trust};
use super::{build, ses_events};
use crate::channels::http::{self, Answered, Called};
use crate::channels::settings::{Field, Provider, Values};
use crate::channels::{Callback, Channel, EmailMessage, Fault, Heard, Message, Outcome, Picture, Unheard};
use crate::clock::{Clock as _, SystemClock};
use crate::domain::event::ChannelKind;
use crate::http_client::{self, HttpOptions};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use lettre::message::Mailbox;
use reqwest::{Client, RequestBuilder};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;

const CALLED: Called = Called { provider: "Amazon SES", what: "mail", settings: "the e-mail settings and the SES account" };
const SEND_PATH: &str = "/v2/email/outbound-emails";
const ACCOUNT_PATH: &str = "/v2/email/account";
const HEADERS_MAX: usize = 15; // Amazon's bound
const VALUE_MAX: usize = 995; // bytes of a header's value, Amazon's bound
const REGION_MAX: usize = 32; // bytes
/// The quota of a day moves on with every minute, but one that is used up is so for a while.
const QUOTA_WAIT: SignedDuration = SignedDuration::from_hours(1);

const FIELDS: &[Field] = &[
    Field {
        name: "access_key_id",
        label: "Access key ID",
        help: "Of an IAM user that may do ses:SendEmail and ses:GetAccount, and nothing else.",
        secret: false,
        required: true,
        multiline: false,
    },
    Field {
        name: "secret_access_key",
        label: "Secret access key",
        help: "Shown once, when the access key is made.",
        secret: true,
        required: true,
        multiline: false,
    },
    Field {
        name: "region",
        label: "Region",
        help: "Where the sender is verified, such as eu-west-1.",
        secret: false,
        required: true,
        multiline: false,
    },
    FROM,
    Field {
        name: "configuration_set",
        label: "Configuration set",
        help: "The one that publishes events to the topic below, without opens and clicks.",
        secret: false,
        required: false,
        multiline: false,
    },
    Field {
        name: "topic_arn",
        label: "Topic ARN",
        help: "Of the SNS topic that the configuration set publishes to: arn:aws:sns:...; what SES tells is believed from it alone.",
        secret: false,
        required: false,
        multiline: false,
    },
    BASE_URL,
];

/// Its settings.
pub const PROVIDER: Provider = Provider {
    name: "ses",
    kind: ChannelKind::Email,
    title: "Amazon SES",
    fields: FIELDS,
    from_url: Some(|url| {
        let front = Front::UserPasswordAt("access_key_id", "secret_access_key", "region");
        from_url::read(url, &front, FIELDS, &[], "ses://ACCESS-KEY-ID:SECRET@eu-west-1")
    }),
    build: |values, origin| {
        let options = HttpOptions::new(origin.reach());
        Ok(Arc::new(Ses::new(values, &options, Trust::amazon(&options)?)?))
    },
};

/// An account at Amazon SES, in one region.
pub struct Ses {
    signer: Signer,
    sender: Mailbox,
    configuration_set: Option<String>,
    sns: Option<Sns>,
    client: Client,
    base: Url,
}

impl Ses {
    /// From its settings; `trust` is by what its notifications are believed.
    ///
    /// # Errors
    /// What is wrong with them, without the key.
    pub fn new(values: &Values, options: &HttpOptions, trust: Trust) -> Result<Self, String> {
        let region = values.need("region")?.to_ascii_lowercase();
        if region.len() > REGION_MAX || !region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err("the AWS region can't be read; write it as eu-west-1".to_owned());
        }
        let end = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let own = format!("https://email.{region}.{end}");
        let access_key_id = values.need("access_key_id")?.to_owned();
        if !access_key_id.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err("the AWS access key ID can't be read; copy it from the IAM user's security credentials".to_owned());
        }
        Ok(Self {
            signer: Signer {
                access_key_id,
                secret_access_key: SecretString::from(values.need("secret_access_key")?),
                region,
                service: "ses",
            },
            sender: build::mailbox(values.need("from")?)?,
            configuration_set: values.get("configuration_set").map(str::to_owned),
            sns: values.get("topic_arn").map(|arn| Sns::new(arn, trust)).transpose()?,
            base: http::base_url(values.get("base_url").unwrap_or(&own), options.reach)?,
            client: http_client::client(options).map_err(|error| error.to_string())?,
        })
    }

    fn request(&self, path: &str, body: Option<Vec<u8>>, at: Timestamp) -> Result<RequestBuilder, String> {
        let url = Url::parse(&http::below(&self.base, path)).map_err(|_| "the address of Amazon SES can't be read".to_owned())?;
        let (method, content_type) = if body.is_some() { ("POST", Some("application/json")) } else { ("GET", None) };
        let bytes = body.as_deref().unwrap_or_default();
        let headers = self.signer.sign(&Request { method, url: &url, content_type, body: bytes, at });
        let request = if body.is_some() { self.client.post(url) } else { self.client.get(url) };
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let request = content_type.into_iter().fold(request, |request, kind| request.header("content-type", kind));
        Ok(body.into_iter().fold(request, RequestBuilder::body))
    }

    async fn post(&self, mail: &EmailMessage) -> Outcome {
        let request = Letter::of(mail, &self.sender)
            .and_then(|letter| body(&letter, self.configuration_set.as_deref()))
            .and_then(|body| self.request(SEND_PATH, Some(body.to_string().into_bytes()), mail.date));
        let request = match request {
            Ok(request) => request,
            Err(reason) => return Outcome::refused(reason, Fault::Content),
        };
        match CALLED.call(request).await {
            Ok(answer) => outcome(&answer),
            Err(unanswered) => unanswered,
        }
    }
}

#[async_trait]
impl Channel for Ses {
    fn name(&self) -> &'static str {
        PROVIDER.name
    }

    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    async fn send(&self, message: &Message) -> Outcome {
        match message {
            Message::Email(mail) => self.post(mail).await,
            Message::Sms(_) | Message::WhatsApp(_) => super::not_a_mail(),
        }
    }

    async fn hear(&self, call: &Callback) -> Result<Heard, Unheard> {
        let sns = self
            .sns
            .as_ref()
            .ok_or_else(|| Unheard::NotOurs("the topic's ARN is not set up: enter it in the Amazon SES settings".to_owned()))?;
        let notice = sns.hear(call).await?;
        Ok(Heard {
            told: notice.map(|notice| ses_events::told(&notice, call.at)).transpose()?.flatten().into_iter().collect(),
            answer: None,
        })
    }

    async fn probe(&self) -> Result<(), String> {
        // Amazon takes a signature of its own time only.
        CALLED.probe(self.request(ACCOUNT_PATH, None, SystemClock.now())?).await
    }
}

/// The request. Amazon puts in its own Date and Message-ID, and its own Feedback-ID, into which a tag of ours goes
/// (<https://docs.aws.amazon.com/ses/latest/dg/header-fields.html>).
fn body(letter: &Letter, configuration_set: Option<&str>) -> Result<Value, String> {
    let text = |data: &str| json!({"Data": data, "Charset": "UTF-8"});
    let own = |name: &str| name.eq_ignore_ascii_case("Feedback-ID");
    let headers: Vec<&(&str, String)> = letter.headers.iter().filter(|(name, _)| !own(name)).collect();
    let fits = |value: &str| value.len() <= VALUE_MAX && value.bytes().all(|b| matches!(b, b' '..=b'~'));
    if headers.len() > HEADERS_MAX || !headers.iter().all(|(_, value)| fits(value)) {
        return Err("the mail's headers are longer than Amazon SES takes".to_owned());
    }
    let headers: Vec<Value> = headers.into_iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    let mut parts = serde_json::Map::new();
    parts.extend((!letter.text.is_empty()).then(|| ("Text".to_owned(), text(letter.text))));
    parts.extend((!letter.html.is_empty()).then(|| ("Html".to_owned(), text(letter.html))));
    let mut tags: Vec<Value> = letter.tag_key().map(|key| json!({"Name": KEY_NAME, "Value": key})).into_iter().collect();
    tags.extend(letter.tag.map(|tag| json!({"Name": "ses:feedback-id-a", "Value": tag})));
    let mut body = json!({
        "FromEmailAddress": written(&letter.from),
        "Destination": {"ToAddresses": [written(&letter.to)]},
        "Content": {"Simple": {"Subject": text(&letter.subject), "Body": parts, "Headers": headers}},
        "EmailTags": tags,
    });
    let pictures: Vec<Value> = letter.pictures.iter().map(attachment).collect();
    if let Some(simple) = body.pointer_mut("/Content/Simple").and_then(Value::as_object_mut) {
        simple.extend((!pictures.is_empty()).then(|| ("Attachments".to_owned(), Value::Array(pictures))));
    }
    if let (Some(set), Some(body)) = (configuration_set, body.as_object_mut()) {
        body.insert("ConfigurationSetName".to_owned(), json!(set));
    }
    Ok(body)
}

/// <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Attachment.html>
fn attachment(picture: &Picture) -> Value {
    json!({
        "FileName": picture.name,
        "RawContent": base64(picture),
        "ContentType": PNG,
        "ContentDisposition": "INLINE",
        "ContentId": picture.name,
        "ContentTransferEncoding": "BASE64",
    })
}

/// The part of its answers that is used. `message` repeats addresses: it is looked into, and never passed on.
#[derive(Debug, Default, Deserialize)]
struct Answer {
    #[serde(rename = "MessageId")]
    message_id: Option<String>,
    #[serde(alias = "Message", default)]
    message: String,
    #[serde(rename = "__type")]
    kind: Option<String>,
}

fn outcome(answer: &Answered) -> Outcome {
    let said = answer.json::<Answer>().unwrap_or_default();
    let kind = error_kind(answer.header("x-amzn-errortype").or(said.kind.as_deref()).unwrap_or_default());
    let reason = CALLED.reason(answer.status, kind);
    match (answer.status, kind) {
        (200..=299, _) => Outcome::Accepted { provider_id: said.message_id },
        (400, Some("LimitExceededException" | "ThrottlingException" | "Throttling" | "TooManyRequestsException")) | (429, _) => {
            let quota = said.message.to_ascii_lowercase().contains("daily").then_some(QUOTA_WAIT);
            Outcome::held(reason, answer.retry_after().or(quota))
        }
        (400, Some("AccountSuspendedException" | "SendingPausedException" | "MailFromDomainNotVerifiedException")) => {
            CALLED.settings(&reason)
        }
        (400, Some("MessageRejected")) => rejected(&said.message, &reason),
        (400, Some("BadRequestException")) => bad(&said.message, &reason),
        (413, _) => Outcome::refused(format!("{reason}: the mail is too large"), Fault::Content),
        _ => CALLED
            .by_status(answer, &reason)
            .unwrap_or_else(|| Outcome::refused(format!("{reason}: the mail is not accepted"), Fault::Content)),
    }
}

/// `MessageRejected:http://internal.amazon.com/...` and `com.amazonaws.ses#MessageRejected` are both `MessageRejected`.
fn error_kind(text: &str) -> Option<&str> {
    let kind = text.split(':').next()?.rsplit('#').next()?;
    Some(kind).filter(|kind| !kind.is_empty() && kind.len() <= 64 && kind.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// An address that is not verified may be the sender's or, in an account that is still in Amazon's sandbox, the recipient's: both are for the store to put
/// right.
fn rejected(message: &str, reason: &str) -> Outcome {
    if message.to_ascii_lowercase().contains("not verified") {
        return CALLED.settings(&format!("{reason}: the sender is not verified, or the account is still in the sandbox"));
    }
    Outcome::refused(format!("{reason}: the mail is not accepted"), Fault::Content)
}

/// The one address that Amazon reads and we have not read before it is the recipient's: it takes ASCII before the @ only.
fn bad(message: &str, reason: &str) -> Outcome {
    let message = message.to_ascii_lowercase();
    let address = ["illegal address", "local address contains", "missing final '@domain'", "domain contains", "invalid email address"];
    if address.iter().any(|words| message.contains(words)) {
        return Outcome::refused(format!("{reason}: the recipient's address is not accepted"), Fault::Recipient);
    }
    if message.contains("configuration set") {
        return CALLED.settings(&format!("{reason}: the configuration set is not there"));
    }
    Outcome::refused(format!("{reason}: the mail is not accepted"), Fault::Content)
}
