//! Notifications of Amazon SNS over HTTP: whom they are from (<https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>), and the
//! answer to its question whether we want them.

use super::sns_certificate::{self, SignedBy};
use crate::channels::{Callback, Unheard};
use crate::http_client::{self, HttpOptions};
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::TrustAnchor;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// SNS repeats a call for less than a day, and its ids tell a repeat.
const TOLERANCE: SignedDuration = SignedDuration::from_hours(25);
/// A certificate is fetched and checked anew after a day: it may have run out.
const BELIEVED_FOR: SignedDuration = SignedDuration::from_hours(24);
const CERTIFICATES_MAX: usize = 8; // kept; a region has one at a time
const CERTIFICATE_MAX: usize = 64 * 1024; // bytes
const ARN_MAX: usize = 512; // bytes

/// Fetches what is at an address that was checked before.
pub type Fetch = Arc<dyn Fn(Url) -> BoxFuture<'static, Result<Vec<u8>, String>> + Send + Sync>;

/// By what Amazon is known.
#[derive(Clone)]
pub struct Trust {
    /// The authorities that a certificate must come from in the end.
    pub anchors: Vec<TrustAnchor<'static>>,
    /// How certificates and confirmations are fetched.
    pub fetch: Fetch,
}

impl Trust {
    /// Mozilla's authorities, Amazon's among them, and the one outgoing client.
    ///
    /// # Errors
    /// Why the client can't be built.
    pub fn amazon(options: &HttpOptions) -> Result<Self, String> {
        let client = http_client::client(options).map_err(|error| error.to_string())?;
        let fetch: Fetch = Arc::new(move |url| {
            let client = client.clone();
            Box::pin(async move {
                let response = client.get(url).send().await.map_err(|_| "Amazon could not be reached".to_owned())?;
                let status = response.status();
                if !status.is_success() {
                    return Err(format!("Amazon answered {}", status.as_u16()));
                }
                http_client::read_capped(response, CERTIFICATE_MAX).await.map_err(|_| "Amazon's answer broke off or is too long".to_owned())
            })
        });
        Ok(Self { anchors: webpki_roots::TLS_SERVER_ROOTS.to_vec(), fetch })
    }
}

/// A topic, and what is known of who speaks for it.
pub struct Sns {
    topic_arn: String,
    trust: Trust,
    certificates: Mutex<HashMap<String, (SignedBy, Timestamp)>>,
}

/// A notification that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The same for every repeat.
    pub id: String,
    /// What was published.
    pub message: String,
}

/// A call, as SNS writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Envelope {
    #[serde(rename = "Type")]
    kind: String,
    message_id: String,
    topic_arn: String,
    message: String,
    timestamp: String,
    subject: Option<String>,
    token: Option<String>,
    #[serde(rename = "SubscribeURL")]
    subscribe_url: Option<String>,
    pub signature_version: String,
    pub signature: String,
    #[serde(rename = "SigningCertURL")]
    pub signing_cert_url: String,
}

impl Sns {
    /// For the topic with that ARN.
    ///
    /// # Errors
    /// That it is none.
    pub fn new(topic_arn: &str, trust: Trust) -> Result<Self, String> {
        let parts: Vec<&str> = topic_arn.split(':').collect();
        let reads = matches!(parts.as_slice(), ["arn", partition, "sns", _, _, name] if partition.starts_with("aws") && !name.is_empty());
        if !reads || topic_arn.len() > ARN_MAX {
            return Err("the topic's ARN can't be read; write it as arn:aws:sns:eu-west-1:123456789012:name".to_owned());
        }
        Ok(Self { topic_arn: topic_arn.to_owned(), trust, certificates: Mutex::default() })
    }

    /// Believes a call. A question whether we want the topic's notifications is answered with yes, and is no notification.
    ///
    /// # Errors
    /// `Unheard`
    pub async fn hear(&self, call: &Callback) -> Result<Option<Notice>, Unheard> {
        let envelope: Envelope =
            serde_json::from_slice(&call.body).map_err(|_| Unheard::NotOurs("the call is no notification of Amazon SNS".to_owned()))?;
        if envelope.topic_arn != self.topic_arn {
            return Err(Unheard::NotOurs("the call is of another topic than the one that is set up".to_owned()));
        }
        let at: Timestamp = envelope.timestamp.parse().map_err(|_| Unheard::NotOurs("the call's timestamp can't be read".to_owned()))?;
        if call.at.duration_since(at).abs() > TOLERANCE {
            return Err(Unheard::NotOurs("the call's timestamp is too far from the time; check this machine's clock".to_owned()));
        }
        let signer = self.signer(&envelope.signing_cert_url, call.at).await?;
        if !is_signed(&envelope, &signer) {
            return Err(Unheard::NotOurs("the call's signature is not Amazon's".to_owned()));
        }
        match envelope.kind.as_str() {
            "Notification" => Ok(Some(Notice { id: envelope.message_id, message: envelope.message })),
            "SubscriptionConfirmation" => self.confirm(&envelope).await.map(|()| None),
            _ => Ok(None),
        }
    }

    /// Whoever signs with the certificate at that address.
    async fn signer(&self, url: &str, now: Timestamp) -> Result<SignedBy, Unheard> {
        let checked = amazon(url).filter(|url| url.path().strip_suffix(".pem").is_some() && url.query().is_none());
        let checked = checked.ok_or_else(|| Unheard::NotOurs("the call's certificate is not at Amazon's".to_owned()))?;
        if let Some(known) = self.known(url, now) {
            return Ok(known);
        }
        let host = checked.host_str().unwrap_or_default().to_owned();
        let pem = (self.trust.fetch)(checked).await.map_err(|e| Unheard::TryAgain(format!("the certificate can't be fetched: {e}")))?;
        let signer = sns_certificate::signer(&pem, &host, now, &self.trust).await?;
        let mut certificates = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        if certificates.len() >= CERTIFICATES_MAX {
            certificates.clear();
        }
        certificates.insert(url.to_owned(), (signer.clone(), now));
        Ok(signer)
    }

    fn known(&self, url: &str, now: Timestamp) -> Option<SignedBy> {
        let certificates = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        let (signer, since) = certificates.get(url)?;
        (now.duration_since(*since).abs() < BELIEVED_FOR).then(|| signer.clone())
    }

    async fn confirm(&self, envelope: &Envelope) -> Result<(), Unheard> {
        let url = envelope.subscribe_url.as_deref().and_then(amazon);
        let url = url.ok_or_else(|| Unheard::NotOurs("the call's confirmation is not at Amazon's".to_owned()))?;
        let confirmed = (self.trust.fetch)(url).await;
        confirmed.map(drop).map_err(|e| Unheard::TryAgain(format!("the subscription can't be confirmed: {e}")))
    }
}

/// An address of SNS itself, in some region: `https://sns.eu-west-1.amazonaws.com/...`. The middle is a region's name and nothing else, since others are given
/// to whoever wants them: `sns.s3-us-west-2.amazonaws.com` is somebody's storage.
fn amazon(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.port().is_none())?;
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let host = url.host_str()?.strip_prefix("sns.")?;
    let region = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
    let (country, rest) = region.split_once('-')?;
    let plain = rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (country.len() == 2 && country.bytes().all(|b| b.is_ascii_lowercase()) && plain && !rest.is_empty()).then_some(url)
}

/// What is signed: names and values of what the kind of call has, in this order.
fn signed_text(envelope: &Envelope) -> String {
    let asks = envelope.kind != "Notification";
    let some = |value: &Option<String>, when: bool| value.clone().filter(|_| when);
    let pairs = [
        ("Message", Some(envelope.message.clone())),
        ("MessageId", Some(envelope.message_id.clone())),
        ("Subject", some(&envelope.subject, !asks)),
        ("SubscribeURL", some(&envelope.subscribe_url, asks)),
        ("Timestamp", Some(envelope.timestamp.clone())),
        ("Token", some(&envelope.token, asks)),
        ("TopicArn", Some(envelope.topic_arn.clone())),
        ("Type", Some(envelope.kind.clone())),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some(format!("{name}\n{}\n", value?))).collect()
}

fn is_signed(envelope: &Envelope, signer: &SignedBy) -> bool {
    use base64::Engine as _;
    let Ok(signature) = base64::engine::general_purpose::STANDARD.decode(&envelope.signature) else { return false };
    signer.signed(&envelope.signature_version, signed_text(envelope).as_bytes(), &signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sns_itself_is_asked() {
        let check = |url: &str, expected: bool| assert_eq!(amazon(url).is_some(), expected, "{url}");
        check("https://sns.us-east-2.amazonaws.com/SimpleNotificationService-7ff5.pem", true);
        check("https://sns.us-gov-west-1.amazonaws.com/?Action=ConfirmSubscription", true);
        check("https://sns.cn-north-1.amazonaws.com.cn/x.pem", true);
        for bad in [
            "http://sns.us-east-2.amazonaws.com/x.pem",
            "https://internetbadguys.com/cert.pem",
            "https://sns.us-east-2.amazonaws.com.evil.example/x.pem",
            "https://sns.us-east-2.amazonaws.com@evil.example/x.pem",
            "https://evil@sns.us-east-2.amazonaws.com/x.pem",
            "https://sns.us-east-2.amazonaws.com:8443/x.pem",
            "https://sns.s3-us-west-2.amazonaws.com/x.pem",
            "https://sns.s3.amazonaws.com/x.pem",
            "https://sns.a.us-east-2.amazonaws.com/x.pem",
            "https://evilsns.us-east-2.amazonaws.com/x.pem",
            "https://sns.us-.amazonaws.com/x.pem",
            "https://sns.amazonaws.com/x.pem",
            "file:///etc/passwd.pem",
        ] {
            check(bad, false);
        }
    }

    /// Real calls of 2022, with the certificate that Amazon signed them with.
    #[test]
    fn real_calls_are_signed_by_their_certificate_and_changed_ones_are_not() {
        let Some(vectors) = vectors() else { return };
        let signer = SignedBy::of_pem(vectors["sns"]["cert_pem"].as_str().expect("a certificate").as_bytes()).expect("reads");
        let messages = vectors["sns"]["messages"].as_array().expect("messages");
        assert!(!messages.is_empty());
        for message in messages {
            let envelope: Envelope = serde_json::from_value(message.clone()).expect("an envelope");
            assert!(is_signed(&envelope, &signer), "{}", envelope.message_id);
            for change in [
                Envelope { message: format!("{} ", envelope.message), ..envelope.clone() },
                Envelope { timestamp: "2022-07-28T21:23:58.318Z".to_owned(), ..envelope.clone() },
                Envelope { topic_arn: format!("{}x", envelope.topic_arn), ..envelope.clone() },
                Envelope { kind: "UnsubscribeConfirmation".to_owned(), ..envelope.clone() },
                Envelope { subject: Some("Hello".to_owned()), ..envelope.clone() },
                Envelope { signature_version: "2".to_owned(), ..envelope.clone() },
                Envelope { signature_version: "3".to_owned(), ..envelope.clone() },
                Envelope { signature: "AAAA".to_owned(), ..envelope.clone() },
            ] {
                assert!(!is_signed(&change, &signer), "{change:?}");
            }
        }
    }

    fn vectors() -> Option<serde_json::Value> {
        #[allow(clippy::disallowed_methods, reason = "where the reference files are is no setting of the program")]
        let root = std::env::var("COMEBACK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
        let path = std::path::Path::new(&root).join("vectors/webhook_signatures.json");
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("WEAKENED: the signature vectors are not there, so real calls of Amazon SNS are not checked");
            return None;
        };
        Some(serde_json::from_str(&text).expect("JSON"))
    }
}
