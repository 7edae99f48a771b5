//! What Amazon SES tells through SNS: whom it is believed from, and what it means.

use super::hear::only;
use super::{options, values};
use crate::support::mail_api::Vendor;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use comeback::channels::email::{Fetch, Ses, Trust};
use comeback::channels::{Callback, Channel, Heard, Unheard};
use comeback::domain::receipt::Fate;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:comeback";
const CERTIFICATE: &str = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem";
const ISSUER: &str = "http://crt.test1.amazontrust.com/test1.cer";
const CONFIRM: &str = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=t";
const KEY: &str = "0190a1b2-0000-7000-8000-000000000001";
/// Made for these tests, and known to everybody who reads them.
const SIGNER_KEY: &str = include_str!("../../fixtures/sns_signer_key.pem");

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().expect("an instant")
}

/// What is to be had on the network: by address, an answer or none.
type Net = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// An authority, an issuer below it, and what they have signed.
struct Amazon {
    root: CertifiedIssuer<'static, KeyPair>,
    issuer: CertifiedIssuer<'static, KeyPair>,
    net: Net,
    asked: Arc<Mutex<Vec<String>>>,
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

impl Amazon {
    fn new() -> Self {
        let root = CertifiedIssuer::self_signed(authority("Test Root"), KeyPair::generate().expect("a key")).expect("a root");
        let issuer = CertifiedIssuer::signed_by(authority("Test Issuer"), KeyPair::generate().expect("a key"), &root).expect("an issuer");
        let amazon = Self { root, issuer, net: Net::default(), asked: Arc::default() };
        amazon.serve(CERTIFICATE, amazon.leaf("sns.amazonaws.com", 2020..2040).into_bytes());
        amazon.serve(ISSUER, amazon.issuer.der().to_vec());
        amazon.serve(CONFIRM, b"<ConfirmSubscriptionResponse/>".to_vec());
        amazon
    }

    fn serve(&self, url: &str, answer: Vec<u8>) {
        self.net.lock().expect("held by no panic").insert(url.to_owned(), answer);
    }

    /// A certificate of the signer's key, as PEM, that says where its issuer's is.
    fn leaf(&self, name: &str, years: std::ops::Range<i32>) -> String {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = rcgen::date_time_ymd(years.start, 1, 1);
        params.not_after = rcgen::date_time_ymd(years.end, 1, 1);
        let url = ISSUER.as_bytes();
        let length = u8::try_from(url.len()).expect("short");
        // RFC 5280, section 4.2.2.1: one description of how the issuer's certificate is reached.
        let method = [&[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02, 0x86, length], url].concat();
        let outer = u8::try_from(method.len()).expect("short");
        let access = [&[0x30, outer + 2, 0x30, outer], method.as_slice()].concat();
        params.custom_extensions = vec![CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], access)];
        let key = KeyPair::from_pem(SIGNER_KEY).expect("a key");
        params.signed_by(&key, &self.issuer).expect("a certificate").pem()
    }

    fn trust(&self) -> Trust {
        let (net, asked) = (self.net.clone(), self.asked.clone());
        let fetch: Fetch = Arc::new(move |url| {
            asked.lock().expect("held by no panic").push(url.to_string());
            let answer = net.lock().expect("held by no panic").get(url.as_str()).cloned();
            Box::pin(async move { answer.ok_or_else(|| "nobody is there".to_owned()) })
        });
        let anchor = webpki::anchor_from_trusted_cert(self.root.der()).expect("an authority").to_owned();
        Trust { anchors: vec![anchor], fetch }
    }

    fn channel(&self) -> Ses {
        let mut values = values(Vendor::Ses, "https://gateway.example");
        values.set("topic_arn", TOPIC);
        Ses::new(&values, &options(), self.trust()).expect("settings")
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("held by no panic").clone()
    }
}

/// Signs an envelope as Amazon describes it, written apart from the program's own.
fn signed(mut envelope: Value) -> Callback {
    let names: &[&str] = match envelope["Type"].as_str() {
        Some("Notification") => &["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
        _ => &["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
    };
    let text: String = names.iter().filter_map(|name| Some(format!("{name}\n{}\n", envelope[name].as_str()?))).collect();
    let PrivateKeyDer::Pkcs8(key) = PrivateKeyDer::from_pem_slice(SIGNER_KEY.as_bytes()).expect("a key") else { panic!("another form") };
    let key = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).expect("a key");
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).expect("signs");
    envelope["Signature"] = json!(STANDARD.encode(signature));
    called(&envelope)
}

fn called(envelope: &Value) -> Callback {
    Callback {
        method: "POST".to_owned(),
        url: "https://comeback.example/callbacks/x/ses".to_owned(),
        headers: vec![("content-type".to_owned(), "text/plain; charset=UTF-8".to_owned())],
        body: envelope.to_string().into_bytes(),
        at: now(),
    }
}

fn notification(message: &Value) -> Value {
    let message = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
    json!({"Type": "Notification", "MessageId": "7d1d-1", "TopicArn": TOPIC, "Message": message, "Timestamp": "2026-03-01T11:59:58.123Z",
        "SignatureVersion": "2", "SigningCertURL": CERTIFICATE, "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe"})
}

fn event(kind: &str, more: Value) -> Value {
    let mut event = json!({"eventType": kind, "mail": {"messageId": "0102-ses", "timestamp": "2026-03-01T11:00:00.000Z", "destination": ["jo.doe@example.com"],
        "tags": {"comeback_message": [KEY], "ses:from-domain": ["fernandfog.example"]}}});
    event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    event
}

fn is_not_ours(heard: Result<Heard, Unheard>, part: &str) {
    match heard {
        Err(Unheard::NotOurs(why)) => assert!(why.contains(part), "{part}: {why}"),
        other => panic!("{part}: {other:?}"),
    }
}

fn table() -> Vec<(Value, Option<Fate>)> {
    let bounce = |kind: &str, sub: &str, status: &str| {
        let recipients = json!([{"emailAddress": "jo.doe@example.com", "status": status, "diagnosticCode": "smtp; 550 no mailbox of jo.doe@example.com"}]);
        event(
            "Bounce",
            json!({"bounce": {"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": recipients, "timestamp": "2026-03-01T11:00:05Z"}}),
        )
    };
    let complaint = |more: Value| event("Complaint", json!({"complaint": more}));
    let subscription = |all: bool| {
        event("Subscription", json!({"subscription": {"newTopicPreferences": {"unsubscribeAll": all, "topicSubscriptionStatus": []}}}))
    };
    let older =
        json!({"notificationType": "Delivery", "mail": {"messageId": "0102-ses"}, "delivery": {"timestamp": "2026-03-01T11:00:02Z"}});
    vec![
        (event("Send", json!({"send": {}})), Some(Fate::Accepted)),
        (event("DeliveryDelay", json!({"deliveryDelay": {"delayType": "MailboxFull"}})), Some(Fate::Accepted)),
        (event("Delivery", json!({"delivery": {"timestamp": "2026-03-01T11:00:02Z"}})), Some(Fate::Delivered)),
        (older, Some(Fate::Delivered)),
        (bounce("Permanent", "General", "5.1.1"), Some(Fate::HardBounce)),
        (bounce("Permanent", "General", ""), Some(Fate::HardBounce)),
        (bounce("Permanent", "General", "5.7.26"), Some(Fate::Blocked)),
        (bounce("Permanent", "NoEmail", ""), Some(Fate::HardBounce)),
        (bounce("Permanent", "Suppressed", ""), Some(Fate::Suppressed)),
        (bounce("Permanent", "OnAccountSuppressionList", ""), Some(Fate::Suppressed)),
        (bounce("Transient", "General", ""), Some(Fate::SoftBounce)),
        (bounce("Transient", "MailboxFull", "5.2.2"), Some(Fate::SoftBounce)),
        (bounce("Transient", "ContentRejected", ""), Some(Fate::Blocked)),
        (bounce("Undetermined", "Undetermined", ""), Some(Fate::SoftBounce)),
        (complaint(json!({"complaintFeedbackType": "abuse"})), Some(Fate::Complained)),
        (complaint(json!({})), Some(Fate::Complained)),
        (complaint(json!({"complaintSubType": "OnAccountSuppressionList"})), Some(Fate::Suppressed)),
        (complaint(json!({"complaintFeedbackType": "not-spam"})), None),
        (event("Reject", json!({"reject": {"reason": "Bad content"}})), Some(Fate::Blocked)),
        (event("Rendering Failure", json!({})), Some(Fate::Blocked)),
        (subscription(true), Some(Fate::OptedOut)),
        (subscription(false), None),
        (event("Open", json!({"open": {}})), None),
        (event("Click", json!({"click": {}})), None),
        (json!("Successfully validated SNS topic for Amazon SES event publishing."), None),
    ]
}

#[tokio::test]
async fn the_events_of_ses_mean_what_amazon_says_of_them() {
    let amazon = Amazon::new();
    let channel = amazon.channel();
    for (event, expected) in table() {
        let seen = only(channel.hear(&signed(notification(&event))).await);
        assert_eq!(seen.as_ref().map(|seen| seen.fate), expected, "{event}");
        let Some(seen) = seen else { continue };
        assert_eq!((seen.event_id.as_str(), seen.provider.as_str(), seen.provider_id.as_deref()), ("7d1d-1", "ses", Some("0102-ses")));
        let older = event.get("notificationType").is_some();
        assert_eq!(seen.key.as_deref(), (!older).then_some(KEY), "{event}");
    }
    let delivered = event("Delivery", json!({"delivery": {"timestamp": "2026-03-01T11:00:02Z"}}));
    let seen = only(channel.hear(&signed(notification(&delivered))).await).expect("told");
    assert_eq!(seen.at.to_string(), "2026-03-01T11:00:02Z");
    let nonsense = channel.hear(&signed(notification(&json!("{broken")))).await;
    assert!(matches!(nonsense, Err(Unheard::Unreadable(_))), "{nonsense:?}");
    assert_eq!(amazon.asked(), [CERTIFICATE, ISSUER], "the certificate is fetched once");
}

#[tokio::test]
async fn only_the_topic_that_is_set_up_is_believed_and_only_signed_and_of_today() {
    let amazon = Amazon::new();
    let channel = amazon.channel();
    let good = notification(&event("Complaint", json!({"complaint": {}})));
    let with = |name: &str, value: &str| {
        let mut envelope = good.clone();
        envelope[name] = json!(value);
        envelope
    };
    assert!(only(channel.hear(&signed(good.clone())).await).is_some());
    assert!(only(channel.hear(&signed(with("Subject", "Amazon SES Email Event Notification"))).await).is_some());
    is_not_ours(channel.hear(&signed(with("TopicArn", "arn:aws:sns:eu-west-1:999999999999:comeback"))).await, "another topic");
    is_not_ours(channel.hear(&signed(with("Timestamp", "2026-02-28T10:59:58Z"))).await, "too far from the time");
    is_not_ours(channel.hear(&signed(with("Timestamp", "yesterday"))).await, "timestamp");
    is_not_ours(channel.hear(&signed(with("SignatureVersion", "1"))).await, "signature is not Amazon's");
    is_not_ours(channel.hear(&signed(with("SignatureVersion", "0"))).await, "signature is not Amazon's");
    let mut changed: Value = serde_json::from_slice(&signed(good.clone()).body).expect("JSON");
    changed["Message"] = json!("{}");
    is_not_ours(channel.hear(&called(&changed)).await, "signature is not Amazon's");
    is_not_ours(channel.hear(&called(&json!({"hello": "world"}))).await, "no notification");
    let mut without = values(Vendor::Ses, "https://gateway.example");
    without.set("topic_arn", " ");
    let without = Ses::new(&without, &options(), amazon.trust()).expect("settings");
    is_not_ours(without.hear(&signed(good)).await, "not set up");
}

#[tokio::test]
async fn a_certificate_is_taken_from_amazon_alone_and_must_be_of_sns_of_now_and_of_an_authority() {
    let good = notification(&event("Complaint", json!({"complaint": {}})));
    let amazon = Amazon::new();
    for elsewhere in [
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://evil.example/x.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://sns.s3-us-west-2.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com/x.key",
        "https://sns.eu-west-1.amazonaws.com/x.pem?y=z",
    ] {
        let mut envelope = good.clone();
        envelope["SigningCertURL"] = json!(elsewhere);
        is_not_ours(amazon.channel().hear(&signed(envelope)).await, "certificate is not at Amazon's");
    }
    assert_eq!(amazon.asked(), Vec::<String>::new(), "nothing else is asked");
    let hear = async |pem: String| {
        amazon.serve(CERTIFICATE, pem.into_bytes());
        amazon.channel().hear(&signed(good.clone())).await
    };
    is_not_ours(hear(amazon.leaf("evil.example", 2020..2040)).await, "not Amazon SNS's");
    is_not_ours(hear(amazon.leaf("sns.amazonaws.com", 2020..2026)).await, "run out");
    is_not_ours(hear(amazon.leaf("sns.amazonaws.com", 2027..2040)).await, "run out");
    is_not_ours(hear(Amazon::new().leaf("sns.amazonaws.com", 2020..2040)).await, "no authority that is trusted");
    is_not_ours(hear(String::new()).await, "is none");
    assert!(only(hear(amazon.leaf("sns.eu-west-1.amazonaws.com", 2020..2040)).await).is_some(), "of the region's own name");
    let whole = format!("{}{}", amazon.leaf("sns.amazonaws.com", 2020..2040), amazon.issuer.pem());
    amazon.net.lock().expect("held by no panic").remove(ISSUER);
    assert!(only(hear(whole).await).is_some(), "the file holds its issuer");
}

#[tokio::test]
async fn what_cannot_be_fetched_now_is_to_be_told_again() {
    let good = notification(&event("Complaint", json!({"complaint": {}})));
    for missing in [CERTIFICATE, ISSUER] {
        let amazon = Amazon::new();
        let channel = amazon.channel();
        let kept = amazon.net.lock().expect("held by no panic").remove(missing).expect("there");
        let heard = channel.hear(&signed(good.clone())).await;
        assert!(matches!(heard, Err(Unheard::TryAgain(_))), "{missing}: {heard:?}");
        amazon.serve(missing, kept);
        assert!(only(channel.hear(&signed(good.clone())).await).is_some());
    }
}

#[tokio::test]
async fn a_certificate_is_fetched_anew_after_a_day() {
    let amazon = Amazon::new();
    let channel = amazon.channel();
    let later = |hours: i64| {
        let at = now() + SignedDuration::from_hours(hours);
        let mut envelope = notification(&event("Complaint", json!({"complaint": {}})));
        envelope["Timestamp"] = json!(at.to_string());
        Callback { at, ..signed(envelope) }
    };
    for (hours, fetched) in [(0, 1), (23, 1), (24, 2), (25, 2)] {
        assert!(only(channel.hear(&later(hours)).await).is_some());
        assert_eq!(amazon.asked().iter().filter(|url| *url == CERTIFICATE).count(), fetched, "{hours}");
    }
}

#[tokio::test]
async fn a_subscription_is_confirmed_at_amazon_alone_and_for_the_topic_that_is_set_up() {
    let ask = |topic: &str, url: &str| {
        json!({"Type": "SubscriptionConfirmation", "MessageId": "7d1d-2", "Token": "t", "TopicArn": topic, "Message": "You have chosen to subscribe",
            "SubscribeURL": url, "Timestamp": "2026-03-01T11:59:58.123Z", "SignatureVersion": "2", "SigningCertURL": CERTIFICATE})
    };
    let amazon = Amazon::new();
    let channel = amazon.channel();
    assert_eq!(channel.hear(&signed(ask(TOPIC, CONFIRM))).await, Ok(Heard::default()));
    assert_eq!(amazon.asked().last().map(String::as_str), Some(CONFIRM));
    let asked = amazon.asked().len();
    is_not_ours(channel.hear(&signed(ask("arn:aws:sns:eu-west-1:1:evil", CONFIRM))).await, "another topic");
    is_not_ours(
        channel.hear(&signed(ask(TOPIC, "https://evil.example/?Action=ConfirmSubscription"))).await,
        "confirmation is not at Amazon's",
    );
    is_not_ours(channel.hear(&signed(ask(TOPIC, "http://169.254.169.254/latest/meta-data"))).await, "confirmation is not at Amazon's");
    let mut unsigned: Value = serde_json::from_slice(&signed(ask(TOPIC, CONFIRM)).body).expect("JSON");
    unsigned["Token"] = json!("another");
    is_not_ours(channel.hear(&called(&unsigned)).await, "signature is not Amazon's");
    assert_eq!(amazon.asked().len(), asked, "nobody is asked for them");
    amazon.net.lock().expect("held by no panic").remove(CONFIRM);
    assert!(matches!(channel.hear(&signed(ask(TOPIC, CONFIRM))).await, Err(Unheard::TryAgain(_))));
    let mut gone = ask(TOPIC, CONFIRM);
    gone["Type"] = json!("UnsubscribeConfirmation");
    assert_eq!(channel.hear(&signed(gone)).await, Ok(Heard::default()), "heard, and left as the store's people wanted it");
}
