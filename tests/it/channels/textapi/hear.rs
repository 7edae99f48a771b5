//! What providers call back: who is believed, and what they say.

use super::{SIGNING, channel};
use crate::support::text_api::{API_KEY, NUMBER_ID, Vendor};
use crate::support::tools::shared;
use crate::support::twilio::{ACCOUNT, TOKEN};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use comeback::channels::sms::{Twilio, TwilioSettings};
use comeback::channels::{Callback, Channel, Heard, Unheard};
use comeback::domain::event::ChannelKind;
use comeback::domain::receipt::{Fate, ReceiptSeen, ReplySeen, Told};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const AT: &str = "2026-07-01T16:00:00Z";
const URL: &str = "https://comeback.example/callbacks/x/1?key=our-key";
/// Of RFC 8032's first test.
const SEED: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
    0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];
pub const TELNYX_KEY: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn at() -> Timestamp {
    AT.parse().expect("an instant")
}

fn call(url: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Callback {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Callback { method: "POST".to_owned(), url: url.to_owned(), headers, body: body.into(), at: at() }
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn receipt(heard: Result<Heard, Unheard>) -> ReceiptSeen {
    match heard.map(|heard| heard.told).as_deref() {
        Ok([Told::Receipt(receipt)]) => receipt.clone(),
        other => panic!("no receipt: {other:?}"),
    }
}

fn reply(heard: Result<Heard, Unheard>) -> ReplySeen {
    match heard.map(|heard| heard.told).as_deref() {
        Ok([Told::Reply(reply)]) => reply.clone(),
        other => panic!("no reply: {other:?}"),
    }
}

fn refused(heard: &Result<Heard, Unheard>) -> bool {
    matches!(heard, Err(Unheard::NotOurs(why)) if !why.contains("secret-") && !why.contains("4155552671"))
}

fn twilio(token: &str, old: Option<&str>) -> Twilio {
    let settings = TwilioSettings {
        account_sid: ACCOUNT.to_owned(),
        auth_token: token.into(),
        old_auth_token: old.map(Into::into),
        from: "+14155550100".to_owned(),
        base_url: "https://api.twilio.com".to_owned(),
    };
    Twilio::new(settings).expect("settings")
}

/// As Twilio signs, written down here once more: address, then names and values in order.
fn twilio_signature(token: &str, url: &str, pairs: &[(&str, &str)]) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let text = sorted.iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes()), text.as_bytes()))
}

async fn twilio_says(pairs: &[(&str, &str)]) -> Result<Heard, Unheard> {
    let signature = twilio_signature(TOKEN, URL, pairs);
    twilio(TOKEN, None).hear(&call(URL, &[("x-twilio-signature", &signature)], form(pairs))).await
}

#[tokio::test]
async fn twilio_is_believed_as_its_own_libraries_believe_it() {
    let Ok(text) = std::fs::read_to_string(shared("vectors/webhook_signatures.json")) else {
        eprintln!("SKIPPED: the shared vectors are not there");
        return;
    };
    let vectors: Value = serde_json::from_str(&text).expect("JSON");
    let cases = vectors["twilio"].as_array().expect("cases");
    assert!(cases.len() >= 8, "{}", cases.len());
    for case in cases {
        let get = |name: &str| case[name].as_str().unwrap_or_default();
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in case["form_params"].as_object().expect("parameters") {
            let values = value.as_array().map_or_else(|| vec![value.clone()], Clone::clone);
            pairs.extend_pairs(values.iter().map(|value| (name, value.as_str().expect("text"))));
        }
        let body = case["raw_json_body"].as_str().map_or_else(|| pairs.finish(), str::to_owned);
        let heard = |url: &str, body: &str| {
            let call = call(url, &[("x-twilio-signature", get("signature"))], body);
            let channel = twilio(get("auth_token"), None);
            async move { channel.hear(&call).await }
        };
        // No text is spoken of in them: being understood is another matter.
        let good = heard(get("url_as_received"), &body).await;
        assert_eq!(!refused(&good), case["valid"].as_bool().expect("a word"), "{}: {good:?}", get("name"));
        assert!(refused(&heard(&get("url_as_received").replace("mycompany", "yourcompany"), &body).await), "{}", get("name"));
        assert!(refused(&heard(get("url_as_received"), &format!("{body}&More=1")).await), "{}", get("name"));
    }
}

#[tokio::test]
async fn while_the_token_is_being_changed_both_are_believed() {
    let pairs = [("MessageSid", "SM1"), ("MessageStatus", "sent")];
    let signature = twilio_signature("secret-old", URL, &pairs);
    let call = call(URL, &[("x-twilio-signature", &signature)], form(&pairs));
    assert!(twilio("secret-new", Some("secret-old")).hear(&call).await.is_ok());
    assert!(refused(&twilio("secret-new", None).hear(&call).await));
    assert!(refused(&twilio("secret-old", None).hear(&Callback { headers: Vec::new(), ..call }).await));
}

#[tokio::test]
async fn twilio_tells_how_a_text_fared() {
    let pairs =
        [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30005"), ("To", "+14155552671"), ("From", "+14155550100")];
    let seen = receipt(twilio_says(&pairs).await);
    let expected = ReceiptSeen {
        channel: ChannelKind::Sms,
        provider: "twilio".to_owned(),
        event_id: "SM1:undelivered".to_owned(),
        key: Some("our-key".to_owned()),
        provider_id: Some("SM1".to_owned()),
        fate: Fate::HardBounce,
        reason: Some("undelivered, error 30005".to_owned()),
        at: at(),
    };
    assert_eq!(seen, expected);
    assert!(matches!(twilio_says(&[("AccountSid", "AC1")]).await, Err(Unheard::Unreadable(_))));
}

#[tokio::test]
async fn twilio_tells_what_somebody_answered_and_gets_no_text_back() {
    let pairs = [
        ("MessageSid", "SM2"),
        ("SmsStatus", "received"),
        ("From", "+14155552671"),
        ("To", "+14155550100"),
        ("Body", "please stop & go = away"),
    ];
    let heard = twilio_says(&pairs).await;
    assert_eq!(heard.as_ref().map(|heard| heard.answer.clone()), Ok(Some(String::new())));
    let seen = reply(heard);
    assert_eq!((seen.from.as_str(), seen.to.as_str(), seen.text.as_str()), ("+14155552671", "+14155550100", "please stop & go = away"));
    assert_eq!((seen.event_id.as_str(), seen.at), ("SM2", at()));
    let worded = [&pairs[..4], &[("Body", "basta"), ("OptOutType", "STOP")]].concat();
    assert_eq!(reply(twilio_says(&worded).await).text, "STOP", "what Twilio took it for");
    let other = [("MessageSid", "SM3"), ("From", "whatsapp:+14155552671"), ("To", "whatsapp:+14155550100"), ("Body", "stop")];
    assert_eq!(twilio_says(&other).await.map(|heard| heard.told), Ok(Vec::new()), "no text");
}

fn vonage_signed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let text = sorted.iter().fold(String::new(), |text, (name, value)| format!("{text}&{name}={}", value.replace(['&', '='], "_")));
    let signature = hex::encode_upper(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"a-very-secret-signature"), text.as_bytes()));
    pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).chain([("sig".to_owned(), signature)]).collect()
}

#[tokio::test]
async fn vonage_tells_both_however_it_sends_them() {
    let channel = channel(Vendor::Vonage, "https://rest.nexmo.com");
    let dlr = [
        ("msisdn", "14155552671"),
        ("to", "14155550100"),
        ("messageId", "0A1"),
        ("status", "failed"),
        ("err-code", "3"),
        ("client-ref", "our-key"),
        ("api-key", API_KEY),
        ("timestamp", "1782921600"),
        ("nonce", "n"),
    ];
    let signed = vonage_signed(&dlr);
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&signed).finish();
    let object: Value = signed.iter().map(|(n, v)| (n.clone(), json!(v))).collect::<serde_json::Map<_, _>>().into();
    let asked = Callback { method: "GET".to_owned(), ..call(&format!("https://comeback.example/callbacks/vonage/1?{query}"), &[], "") };
    for sent in [asked, call(URL, &[], query.clone()), call(URL, &[], object.to_string())] {
        let seen = receipt(channel.hear(&sent).await);
        assert_eq!((seen.fate, seen.key.as_deref(), seen.provider_id.as_deref()), (Fate::HardBounce, Some("our-key"), Some("0A1")));
        assert_eq!((seen.event_id.as_str(), seen.at), ("0A1:failed", Timestamp::from_second(1_782_921_600).expect("an instant")));
    }
    assert!(refused(&channel.hear(&call(URL, &[], query.replace("failed", "delivered"))).await));
    assert!(refused(&channel.hear(&call(URL, &[], form(&dlr))).await), "unsigned");
    let inbound = [("msisdn", "14155552671"), ("to", "14155550100"), ("messageId", "0B1"), ("text", "stop = now & here"), ("type", "text")];
    let signed = vonage_signed(&inbound);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&signed).finish();
    let seen = reply(channel.hear(&call(URL, &[], body)).await);
    assert_eq!((seen.from.as_str(), seen.to.as_str(), seen.text.as_str()), ("+14155552671", "+14155550100", "stop = now & here"));
}

fn telnyx_call(body: &Value, stamp: Timestamp) -> Callback {
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("a key");
    assert_eq!(STANDARD.encode(pair.public_key()), TELNYX_KEY);
    let (body, stamp) = (body.to_string(), stamp.as_second().to_string());
    let signature = STANDARD.encode(pair.sign(format!("{stamp}|{body}").as_bytes()));
    call(URL, &[("telnyx-signature-ed25519", &signature), ("telnyx-timestamp", &stamp)], body)
}

fn telnyx_event(kind: &str, payload: Value) -> Value {
    json!({"data": {"event_type": kind, "id": "e1", "occurred_at": "2026-07-01T15:59:58.123Z", "record_type": "event", "payload": payload}})
}

#[tokio::test]
async fn telnyx_tells_both_within_five_minutes() {
    let channel = channel(Vendor::Telnyx, "https://api.telnyx.com");
    let to = json!([{"phone_number": "+14155552671", "status": "delivery_failed", "carrier": "T-MOBILE"}]);
    let failed = telnyx_event(
        "message.finalized",
        json!({"id": "m1", "to": to, "errors": [{"code": "40300", "title": "STOP +14155552671"}], "text": "x"}),
    );
    let seen = receipt(channel.hear(&telnyx_call(&failed, at())).await);
    assert_eq!((seen.fate, seen.key.as_deref(), seen.provider_id.as_deref()), (Fate::OptedOut, Some("our-key"), Some("m1")));
    assert_eq!((seen.event_id.as_str(), seen.reason.as_deref()), ("m1:delivery_failed", Some("delivery_failed, error 40300")));
    assert_eq!(seen.at, "2026-07-01T15:59:58.123Z".parse::<Timestamp>().expect("an instant"));
    let inbound = telnyx_event(
        "message.received",
        json!({"id": "m2", "from": {"phone_number": "+14155552671"}, "to": [{"phone_number": "+14155550100"}], "text": "STOP"}),
    );
    let seen = reply(channel.hear(&telnyx_call(&inbound, at())).await);
    assert_eq!(
        (seen.from.as_str(), seen.to.as_str(), seen.text.as_str(), seen.event_id.as_str()),
        ("+14155552671", "+14155550100", "STOP", "m2")
    );
    let seconds = SignedDuration::from_secs;
    assert!(channel.hear(&telnyx_call(&failed, at() - seconds(300))).await.is_ok());
    assert!(refused(&channel.hear(&telnyx_call(&failed, at() - seconds(301))).await), "played again");
    let changed = Callback { body: inbound.to_string().into(), ..telnyx_call(&failed, at()) };
    assert!(refused(&channel.hear(&changed).await));
    assert!(refused(&channel.hear(&Callback { headers: Vec::new(), ..telnyx_call(&failed, at()) }).await));
    let other = telnyx_event("10dlc.campaign.update", json!({"id": "c1"}));
    assert_eq!(channel.hear(&telnyx_call(&other, at())).await, Ok(Heard::default()));
}

fn gateway_call(body: &Value) -> Callback {
    let key = STANDARD.decode(SIGNING.trim_start_matches("whsec_")).expect("Base64");
    let (body, stamp) = (body.to_string(), at().as_second().to_string());
    let text = format!("msg_1.{stamp}.{body}");
    let signature = format!("v1,{}", STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), text.as_bytes())));
    call(URL, &[("webhook-id", "msg_1"), ("webhook-timestamp", &stamp), ("webhook-signature", &signature)], body)
}

#[tokio::test]
async fn a_gateway_tells_both_in_our_own_words() {
    let channel = channel(Vendor::Gateway, "https://sms.example/v1");
    let status = json!({"type": "status", "key": "our-key", "id": "x1", "status": "hard_bounce", "code": "no_such_number", "at": "2026-07-01T15:59:00Z"});
    let seen = receipt(channel.hear(&gateway_call(&status)).await);
    assert_eq!((seen.fate, seen.key.as_deref(), seen.provider_id.as_deref()), (Fate::HardBounce, Some("our-key"), Some("x1")));
    assert_eq!((seen.event_id.as_str(), seen.reason.as_deref()), ("msg_1", Some("no_such_number")));
    let talkative = json!({"type": "status", "key": "our-key", "status": "soft_bounce", "code": "14155552671"});
    assert_eq!(receipt(channel.hear(&gateway_call(&talkative)).await).reason, None, "a number is no code");
    let inbound = json!({"type": "reply", "from": "+14155552671", "to": "+14155550100", "text": "STOP"});
    let seen = reply(channel.hear(&gateway_call(&inbound)).await);
    assert_eq!((seen.from.as_str(), seen.text.as_str(), seen.event_id.as_str(), seen.at), ("+14155552671", "STOP", "msg_1", at()));
    assert!(refused(&channel.hear(&Callback { body: inbound.to_string().into(), ..gateway_call(&status) }).await));
    assert!(refused(&channel.hear(&Callback { at: at() + SignedDuration::from_secs(301), ..gateway_call(&status) }).await));
    assert!(matches!(channel.hear(&gateway_call(&json!({"type": "weather"}))).await, Err(Unheard::Unreadable(_))));
    assert!(
        matches!(channel.hear(&gateway_call(&json!({"type": "status", "status": "delivered"}))).await, Err(Unheard::Unreadable(_))),
        "of which text?"
    );
}

fn meta_call(value: &Value) -> Callback {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})
        .to_string();
    let signature = hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"It's a Secret to Everybody"), body.as_bytes()));
    call(URL, &[("x-hub-signature-256", &format!("sha256={signature}"))], body)
}

fn meta_value(more: Value) -> Value {
    let mut value =
        json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "1 415-555-0100", "phone_number_id": NUMBER_ID}});
    value.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    value
}

#[tokio::test]
async fn meta_tells_how_a_message_fared() {
    let channel = channel(Vendor::WhatsApp, "https://graph.facebook.com");
    let status = |status: &str, errors: Value| {
        let one = json!({"id": "wamid.1", "status": status, "timestamp": "1782921600", "recipient_id": "14155552671", "biz_opaque_callback_data": "our-key", "errors": errors});
        meta_call(&meta_value(json!({"statuses": [one]})))
    };
    let seen = receipt(channel.hear(&status("read", json!([]))).await);
    assert_eq!((seen.fate, seen.key.as_deref(), seen.provider_id.as_deref()), (Fate::Delivered, Some("our-key"), Some("wamid.1")));
    assert_eq!((seen.event_id.as_str(), seen.channel), ("wamid.1:read", ChannelKind::WhatsApp));
    let seen = receipt(channel.hear(&status("failed", json!([{"code": 131_050, "title": "stopped", "message": "4155552671"}]))).await);
    assert_eq!((seen.fate, seen.reason.as_deref()), (Fate::OptedOut, Some("failed, error 131050")));
    // GitHub's documented example of the same header, whose body is no event.
    let known = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let heard = channel.hear(&call(URL, &[("x-hub-signature-256", known)], "Hello, World!")).await;
    assert!(matches!(heard, Err(Unheard::Unreadable(_))), "{heard:?}");
    assert!(refused(&channel.hear(&call(URL, &[("x-hub-signature-256", known)], "Hello, world!")).await));
    assert!(refused(&channel.hear(&call(URL, &[], "Hello, World!")).await));
}

#[tokio::test]
async fn meta_tells_what_people_write_tap_and_switch_off() {
    let channel = channel(Vendor::WhatsApp, "https://graph.facebook.com");
    let says = |more: Value| meta_call(&meta_value(more));
    let written = |more: Value| {
        let mut message = json!({"from": "14155552671", "id": "wamid.2", "timestamp": "1782921600"});
        message.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        says(json!({"contacts": [], "messages": [message]}))
    };
    let words = [
        json!({"type": "text", "text": {"body": "STOP"}}),
        json!({"type": "button", "button": {"payload": "x", "text": "STOP"}}),
        json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "x", "title": "STOP"}}}),
    ];
    for word in words {
        let seen = reply(channel.hear(&written(word)).await);
        assert_eq!(
            (seen.from.as_str(), seen.to.as_str(), seen.text.as_str(), seen.event_id.as_str()),
            ("+14155552671", "+14155550100", "STOP", "wamid.2")
        );
    }
    let picture = written(json!({"type": "image", "image": {"id": "1"}}));
    assert_eq!(channel.hear(&picture).await, Ok(Heard::default()), "no words");
    for (value, expected) in [("stop", "STOP"), ("resume", "START")] {
        let one = json!({"wa_id": "14155552671", "detail": "User requested", "category": "marketing_messages", "value": value, "timestamp": 1_782_921_600});
        let seen = reply(channel.hear(&says(json!({"user_preferences": [one]}))).await);
        assert_eq!((seen.from.as_str(), seen.text.as_str()), ("+14155552671", expected));
        assert!(!seen.event_id.contains("4155552671"), "{}", seen.event_id);
    }
    let mut foreign = meta_value(json!({"messages": [{"from": "14155552671", "id": "wamid.3", "text": {"body": "STOP"}}]}));
    foreign["metadata"]["phone_number_id"] = json!("1");
    assert_eq!(channel.hear(&meta_call(&foreign)).await, Ok(Heard::default()), "another of the business's numbers");
}

#[tokio::test]
async fn meta_is_told_that_the_url_is_ours_only_for_our_word() {
    let channel = channel(Vendor::WhatsApp, "https://graph.facebook.com");
    let asks = |word: &str| {
        let query = form(&[("hub.mode", "subscribe"), ("hub.challenge", "1158201444"), ("hub.verify_token", word)]);
        Callback { method: "GET".to_owned(), ..call(&format!("https://comeback.example/callbacks/whatsapp/1?{query}"), &[], "") }
    };
    assert_eq!(channel.hear(&asks("a-very-secret-word")).await, Ok(Heard { told: Vec::new(), answer: Some("1158201444".to_owned()) }));
    assert!(refused(&channel.hear(&asks("a-very-wrong-word")).await));
    assert!(refused(&channel.hear(&asks("")).await));
}
