//! What is asked for, and what each answer comes to.

use super::rig::{gateway, meta, telnyx, vonage};
use super::{SIGNING, channel, message, whatsapp, whatsapp_settings};
use crate::channels::look_up::{Kind as Came, kind as came};
use crate::channels::{Kind, PHONE, kind, text};
use crate::support::rig::BEGIN;
use crate::support::text_api::{Answer, TextApi, Vendor, faults};
use comeback::channels::settings::{Chosen, Origin};
use comeback::channels::whatsapp::WhatsApp;
use comeback::channels::{Fault, Found, LookUp, Message, Outcome, SmsMessage, WhatsAppMessage};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const CALLBACK: &str = "https://comeback.example/callbacks/x/0190a1b2-0000-7000-8000-00000000000a?key=0190a1b2-0000-7000-8000-000000000002";

fn full() -> Message {
    let (status_callback, valid_for) = (Some(CALLBACK.to_owned()), Some(SignedDuration::from_hours(4)));
    Message::Sms(SmsMessage {
        body: "Zoë: 50 % + more = 🛒 https://s.example/s/a?b=c&d".to_owned(), status_callback, valid_for, ..text()
    })
}

async fn asked(vendor: Vendor, message: &Message) -> Value {
    let api = TextApi::start(vendor).await;
    let outcome = channel(vendor, &api.url()).send(message).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some("taken-1".to_owned()) }, "{vendor:?} {:?}", api.violations());
    api.taken().remove(0).body
}

#[tokio::test]
async fn a_text_is_asked_for_as_each_vendor_describes_it() {
    let Message::Sms(sms) = full() else { panic!("a text") };
    let expected = json!({"api_key": "abcd1234", "api_secret": "a-very-secret-token", "from": "14155550100", "to": "14155552671",
        "text": sms.body, "type": "unicode", "client-ref": sms.key, "ttl": 14_400_000,
        "callback": "https://comeback.example/callbacks/x/0190a1b2-0000-7000-8000-00000000000a"});
    assert_eq!(asked(Vendor::Vonage, &full()).await, expected);
    let expected = json!({"from": "+14155550100", "to": PHONE, "text": sms.body, "type": "SMS", "webhook_url": CALLBACK});
    assert_eq!(asked(Vendor::Telnyx, &full()).await, expected);
    let expected =
        json!({"key": sms.key, "to": PHONE, "from": "+14155550100", "text": sms.body, "callback": CALLBACK, "valid_for_s": 14_400});
    assert_eq!(asked(Vendor::Gateway, &full()).await, expected);
}

#[tokio::test]
async fn a_text_goes_without_what_is_not_known_and_by_the_sender_that_it_names() {
    assert_eq!(asked(Vendor::Vonage, &Message::Sms(text())).await["type"], "text", "nothing that needs Unicode");
    for vendor in [Vendor::Vonage, Vendor::Telnyx, Vendor::Gateway] {
        let private = SmsMessage { status_callback: Some("https://localhost/x".to_owned()), from: Some("ACME".to_owned()), ..text() };
        let body = asked(vendor, &Message::Sms(private)).await;
        assert_eq!(body["from"], "ACME", "{vendor:?}");
        assert!(["callback", "webhook_url", "ttl", "valid_for_s"].iter().all(|name| body[name].is_null()), "{vendor:?} {body}");
    }
    let long = format!("https://{0}.{0}.example/callbacks/vonage/x", "a".repeat(60));
    let long = SmsMessage { status_callback: Some(long), ..text() };
    assert!(asked(Vendor::Vonage, &Message::Sms(long)).await["callback"].is_null(), "Vonage takes 100 characters");
}

#[tokio::test]
async fn a_gateway_gets_a_key_against_repeats_and_a_signature() {
    let api = TextApi::start(Vendor::Gateway).await;
    channel(Vendor::Gateway, &api.url()).send(&full()).await;
    let taken = api.taken().remove(0);
    let [id, seconds, signature, body] = taken.signed;
    let now: Timestamp = BEGIN.parse().expect("an instant");
    assert_eq!((&taken.idempotency_key, &id, seconds), (&text().key, &text().key, now.as_second().to_string()));
    let call = comeback::channels::Callback {
        method: "POST".into(),
        url: String::new(),
        headers: vec![
            ("webhook-id".into(), id),
            ("webhook-timestamp".into(), now.as_second().to_string()),
            ("webhook-signature".into(), signature),
        ],
        body: body.into(),
        at: now,
    };
    // What we sign is believed by whoever checks as we check: as a call it is merely none of the interface's.
    let heard = channel(Vendor::Gateway, &api.url()).hear(&call).await;
    assert!(matches!(heard, Err(comeback::channels::Unheard::Unreadable(_))), "{heard:?} {SIGNING}");
}

#[tokio::test]
async fn a_whatsapp_message_is_an_approved_template_with_its_gaps_filled() {
    let expected = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "14155552671", "type": "template",
        "biz_opaque_callback_data": whatsapp().key,
        "template": {"name": "cart_reminder", "language": {"policy": "deterministic", "code": "en_US"}, "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Jo"}, {"type": "text", "text": "Stoneware mug"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "aB3x"}]}]}});
    assert_eq!(asked(Vendor::WhatsApp, &message(Vendor::WhatsApp)).await, expected);
    let bare = Message::WhatsApp(WhatsAppMessage { parameters: Vec::new(), link_code: String::new(), ..whatsapp() });
    assert_eq!(asked(Vendor::WhatsApp, &bare).await["template"]["components"], json!([]));
}

#[tokio::test]
async fn what_meta_would_refuse_is_not_even_asked_for() {
    let api = TextApi::start(Vendor::WhatsApp).await;
    let with = |parameter: &str| WhatsAppMessage { parameters: vec![parameter.to_owned()], ..whatsapp() };
    let cases = [
        with(" "),
        with("a\nb"),
        with("a\tb"),
        with("a     b"),
        with(&"x".repeat(1025)),
        WhatsAppMessage { template: String::new(), ..whatsapp() },
        WhatsAppMessage { language: String::new(), ..whatsapp() },
    ];
    for message in cases {
        let outcome = channel(Vendor::WhatsApp, &api.url()).send(&Message::WhatsApp(message.clone())).await;
        assert_eq!(kind(&outcome), Kind::Refused(Fault::Content), "{message:?}");
    }
    assert_eq!(api.requests(), 0);
}

#[tokio::test]
async fn each_answer_comes_to_the_right_outcome() {
    let refused = Kind::Refused;
    let table = [
        (Vendor::Vonage, vonage("6"), refused(Fault::Recipient)),
        (Vendor::Vonage, vonage("7"), refused(Fault::OptedOut)),
        (Vendor::Vonage, vonage("12"), refused(Fault::Content)),
        (Vendor::Vonage, vonage("77"), refused(Fault::Content)),
        (Vendor::Vonage, vonage("9"), Kind::TryMuchLater),
        (Vendor::Vonage, vonage("5"), Kind::Unknown),
        (Vendor::Vonage, Answer::Said(200, json!({"messages": []}), vec![]), Kind::Unknown),
        (Vendor::Vonage, Answer::Said(502, json!({}), vec![]), Kind::Unknown),
        (
            Vendor::Vonage,
            Answer::Said(200, json!({"messages": [{"status": "1"}, {"status": "0", "message-id": "x"}]}), vec![]),
            Kind::Accepted,
        ),
        (Vendor::Telnyx, telnyx(403, "40300"), refused(Fault::OptedOut)),
        (Vendor::Telnyx, telnyx(422, "40316"), refused(Fault::Content)),
        (Vendor::Telnyx, telnyx(422, "40305"), Kind::TryMuchLater),
        (Vendor::Telnyx, telnyx(403, "10010"), Kind::TryMuchLater),
        (Vendor::Telnyx, telnyx(422, "40333"), Kind::TryMuchLater),
        (Vendor::Telnyx, telnyx(422, "99999"), refused(Fault::Content)),
        (Vendor::Telnyx, telnyx(500, "10007"), Kind::Unknown),
        (Vendor::Gateway, gateway(422, "opted_out"), refused(Fault::OptedOut)),
        (Vendor::Gateway, gateway(400, "content"), refused(Fault::Content)),
        (Vendor::Gateway, gateway(400, "who knows"), refused(Fault::Content)),
        (Vendor::Gateway, gateway(400, "sender"), Kind::TryMuchLater),
        (Vendor::Gateway, gateway(400, "later"), Kind::TryLater),
        (Vendor::Gateway, gateway(409, "repeat"), Kind::Accepted),
        (Vendor::Gateway, gateway(500, "recipient"), Kind::Unknown),
        (Vendor::Gateway, gateway(503, "down"), Kind::Unknown),
        (Vendor::WhatsApp, meta(400, 131_050), refused(Fault::OptedOut)),
        (Vendor::WhatsApp, meta(400, 131_047), refused(Fault::Content)),
        (Vendor::WhatsApp, meta(400, 130_472), refused(Fault::Content)),
        (Vendor::WhatsApp, meta(404, 132_001), refused(Fault::Content)),
        (Vendor::WhatsApp, meta(400, 131_049), Kind::TryMuchLater),
        (Vendor::WhatsApp, meta(400, 131_056), Kind::TryLater),
        (Vendor::WhatsApp, meta(400, 131_048), Kind::TryLater),
        (Vendor::WhatsApp, meta(403, 368), Kind::TryMuchLater),
        (Vendor::WhatsApp, meta(403, 131_031), Kind::TryMuchLater),
        (Vendor::WhatsApp, meta(500, 131_000), Kind::Unknown),
        (Vendor::WhatsApp, Answer::Said(200, json!({}), vec![]), Kind::Unknown),
    ];
    for (vendor, answer, expected) in table {
        let api = TextApi::start(vendor).await;
        api.next(answer.clone());
        let outcome = channel(vendor, &api.url()).send(&message(vendor)).await;
        assert_eq!(kind(&outcome), expected, "{vendor:?} {answer:?}: {outcome:?}");
        assert_eq!((api.requests(), api.violations()), (1, Vec::new()), "nothing is repeated by itself");
    }
}

#[tokio::test]
async fn who_got_enough_marketing_is_left_alone_for_a_day_and_others_are_not() {
    let api = TextApi::start(Vendor::WhatsApp).await;
    api.next(meta(400, 131_049));
    let outcome = channel(Vendor::WhatsApp, &api.url()).send(&message(Vendor::WhatsApp)).await;
    let Outcome::TryLater { after, holds, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!((after, holds), (Some(SignedDuration::from_hours(24)), comeback::channels::Holds::Message));
}

#[tokio::test]
async fn a_gateway_may_be_asked_what_became_of_a_text() {
    let api = TextApi::start(Vendor::Gateway).await;
    let channel = channel(Vendor::Gateway, &api.url());
    let question = LookUp {
        key: text().key,
        reference: None,
        to: PHONE.to_owned(),
        link: "/s/abc".to_owned(),
        account: channel.account().map(str::to_owned),
        since: BEGIN.parse().expect("an instant"),
        now: BEGIN.parse().expect("an instant"),
    };
    let table = [
        (200, json!({"id": "x", "status": "accepted"}), Came::Arrived),
        (200, json!({"status": "delivered", "at": "2026-07-02T16:10:00Z"}), Came::Arrived),
        (200, json!({"status": "hard_bounce"}), Came::Refused(Fault::Recipient)),
        (200, json!({"status": "opted_out"}), Came::Refused(Fault::OptedOut)),
        (200, json!({"status": "blocked"}), Came::Refused(Fault::Content)),
        (200, json!({"status": "who knows"}), Came::Unreachable),
        (404, json!({"error": {"code": "not_found"}}), Came::Absent),
        (404, json!({}), Came::CannotSay),
        (501, json!({}), Came::CannotSay),
        (500, json!({}), Came::Unreachable),
    ];
    for (status, body, expected) in table {
        api.look_up_is(status, body.clone());
        assert_eq!(came(&channel.look_up(&question).await), expected, "{status} {body}");
    }
    api.look_up_is(200, json!({"id": "x", "status": "accepted", "at": "2026-07-02T16:10:00Z"}));
    let at = "2026-07-02T16:10:00Z".parse().ok();
    assert_eq!(channel.look_up(&question).await, Found::Arrived { provider_id: "x".to_owned(), at });
    let elsewhere = LookUp { account: Some("https://another.example".to_owned()), ..question };
    assert!(matches!(channel.look_up(&elsewhere).await, Found::CannotSay { .. }));
}

#[tokio::test]
async fn the_stand_ins_refuse_what_the_vendors_do_not_describe() {
    for vendor in Vendor::ALL {
        let good = asked(vendor, &message(vendor)).await;
        assert_eq!(faults(vendor, &good), Vec::<String>::new(), "{vendor:?}");
        let misspelt = json!({"too": "14155552671"});
        let mut more = good.clone();
        more.as_object_mut().expect("an object").extend(misspelt.as_object().expect("an object").clone());
        assert!(!faults(vendor, &more).is_empty(), "{vendor:?}: an unknown parameter");
        let mut less = good;
        less.as_object_mut().expect("an object").remove("to");
        assert!(!faults(vendor, &less).is_empty(), "{vendor:?}: no recipient");
    }
}

#[test]
fn wrong_settings_are_named_and_secrets_are_not() {
    let check = |provider: &str, values: &[(&str, &str)], origin: Origin, part: &str| {
        let chosen = Chosen { provider: provider.to_owned(), values: values.iter().copied().collect() };
        let said = chosen.build(origin).err().unwrap_or_default();
        assert!(said.contains(part) && said.is_empty() == part.is_empty() && !said.contains("hunter2"), "{provider}: {said}");
    };
    let vonage = [("account_sid", "abcd1234"), ("auth_token", "hunter2"), ("from", "ACME")];
    check("vonage", &vonage, Origin::Operator, "");
    check("vonage", &[vonage[1], vonage[2], ("account_sid", "hunter2!")], Origin::Operator, "API key");
    check("telnyx", &[vonage[1], ("from", "+14155550100")], Origin::Operator, "");
    check("telnyx", &[vonage[1], vonage[2]], Origin::Operator, "messaging profile");
    let gateway = [vonage[1], vonage[2], ("base_url", "http://127.0.0.1:8080/v1")];
    check("gateway", &gateway, Origin::Operator, "");
    check("gateway", &gateway, Origin::Store, "not https");
    check("gateway", &[vonage[1], vonage[2], ("base_url", "https://10.0.0.1/")], Origin::Store, "private network");
    check("gateway", &[gateway[0], gateway[1], gateway[2], ("callback_key", "hunter2")], Origin::Operator, "signing secret");
    check(
        "twilio",
        &[("account_sid", "AC0123456789abcdef0123456789abcdef"), vonage[1], vonage[2], ("base_url", "https://127.0.0.1")],
        Origin::Store,
        "private network",
    );
    let whatsapp = [("phone_number_id", "106540352242922"), ("access_token", "hunter2")];
    check("whatsapp", &whatsapp, Origin::Store, "");
    check("whatsapp", &[("phone_number_id", "+14155550100"), whatsapp[1]], Origin::Store, "digits");
    check("whatsapp", &[whatsapp[0], whatsapp[1], ("api_version", "latest")], Origin::Store, "v23.0");
    check("whatsapp", &[whatsapp[0], whatsapp[1], ("base_url", "https://[::1]")], Origin::Store, "private network");
    assert!(WhatsApp::with_time_limit(whatsapp_settings("ftp://x"), std::time::Duration::from_secs(1)).is_err());
}
