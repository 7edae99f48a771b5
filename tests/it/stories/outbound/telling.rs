//! What is told, to whom, and that it is signed and names nobody.

use super::{Call, Program, reminded, told};
use crate::support::replay;
use crate::support::rig::{Rig, both};
use crate::support::shopper::Shopper;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use comeback::app::links::{Given, Opened, Program as Browser, open};
use comeback::app::outbound::endpoints::{self, Wanted};
use comeback::app::preferences;
use comeback::db;
use comeback::domain::event::ChannelKind;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use serde_json::{Value, json};

const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The signature as the specification has it: of id, stamp and body with dots between them.
fn signed(secret: &str, call: &Call) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a prefix")).expect("Base64");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).expect("a key");
    mac.update(format!("{}.{}.{}", call.id, call.timestamp, call.body).as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_stores_programs_are_told_what_happens_signed_and_without_a_name() {
    replay::both(|rig| async move {
        let program = Program::start().await;
        let (_, secret) = program.added(&rig, &[]).await;
        let jo = Shopper::new("Jo", 1);
        reminded(&rig, &jo).await;
        told(&rig).await;
        assert_eq!(program.since(0), ["cart.abandoned", "message.sent"], "{}", rig.engine);
        rig.clock.advance(SignedDuration::from_mins(5));
        let (token, _) = rig.links();
        open(&rig.app, &Opened { link: Given::Token(&token), by: Browser::named("curl/8.5.0") }).await.expect("a link");
        open(&rig.app, &Opened { link: Given::Token(&token), by: Browser::named(PERSON) }).await.expect("a link");
        rig.clock.advance(SignedDuration::from_mins(3));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        told(&rig).await;
        let expected = ["cart.recovered", "message.clicked", "order.credited"];
        assert_eq!(program.since(2), expected, "{}: a machine's click is not told", rig.engine);
        rig.clock.advance(SignedDuration::from_mins(3));
        rig.tell("refunds/create", &jo.refund(77, "12.50", rig.app.now())).await;
        told(&rig).await;
        assert_eq!(program.since(5), ["order.credited"]);
        let calls = program.calls();
        let credited: Vec<Value> =
            calls.iter().filter(|c| c.kind() == "order.credited").map(|c| c.json()["data"]["net"]["amount"].clone()).collect();
        assert_eq!(credited, ["50.00", "37.50"]);
        let nudge = rig.nudges().await.into_iter().find(|n| n.step == 0).expect("a message").id;
        let cart = rig.cart().await.id;
        let sent = calls.iter().find(|c| c.kind() == "message.sent").expect("a call").json();
        assert_eq!((&sent["data"]["message_id"], &sent["data"]["cart_id"]), (&json!(nudge), &json!(cart)));
        for call in &calls {
            assert_eq!(call.signature, signed(&secret, call));
            assert!(call.id.starts_with("msg_") && call.json()["timestamp"].is_string(), "{call:?}");
            let body = call.body.to_lowercase();
            assert!(!body.contains("jo") && !body.contains('@') && !body.contains("+1"), "a name or an address: {body}");
        }
        let mut ids: Vec<&String> = calls.iter().map(|c| &c.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), calls.len(), "each has an id of its own");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_program_is_told_what_it_chose_and_what_happened_before_it_was_there_is_not_told() {
    both(|rig| async move {
        reminded(&rig, &Shopper::new("Ann", 2)).await;
        let (chosen, every) = (Program::start().await, Program::start().await);
        chosen.added(&rig, &["message.failed", "contact.unsubscribed"]).await;
        let (row, _) = every.added(&rig, &[]).await;
        assert_eq!(told(&rig).await, 0);
        let (_, token) = rig.links();
        let about = preferences::about(&rig.app, &token).await.expect("a link");
        preferences::turn_off(&rig.app, &about, Some(ChannelKind::Email), "one click").await.expect("turned off");
        preferences::turn_off(&rig.app, &about, Some(ChannelKind::Email), "one click").await.expect("turned off");
        told(&rig).await;
        let kinds = chosen.kinds();
        assert!(!kinds.is_empty() && kinds.iter().all(|k| k == "contact.unsubscribed"), "{kinds:?}");
        assert_eq!(every.kinds(), kinds);
        assert_eq!(chosen.calls()[0].json()["data"]["channel"], "email");
        let event = endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        assert_eq!(told(&rig).await, 1);
        assert_eq!(every.calls().last().map(Call::kind).as_deref(), Some("test"));
        endpoints::switch(&rig.app, rig.shop.id, row.id, false, "story").await.expect("off");
        assert!(endpoints::again(&rig.app, rig.shop.id, (row.id, event), "story").await.is_err(), "it is off");
        let before = every.calls().len();
        reminded(&rig, &Shopper::new("Bob", 3)).await;
        told(&rig).await;
        assert_eq!(every.calls().len(), before, "who is off is told nothing");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_changed_secret_and_the_one_before_sign_side_by_side_for_a_day() {
    both(|rig| async move {
        let program = Program::start().await;
        let (row, first) = program.added(&rig, &[]).await;
        let second = endpoints::renew(&rig.app, rig.shop.id, row.id, "story").await.expect("renewed");
        endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        told(&rig).await;
        let call = program.calls().remove(0);
        assert_eq!(call.signature, format!("{} {}", signed(&second, &call), signed(&first, &call)));
        rig.clock.advance(SignedDuration::from_hours(25));
        endpoints::test(&rig.app, rig.shop.id, row.id, "story").await.expect("asked");
        told(&rig).await;
        let call = program.calls().remove(1);
        assert_eq!(call.signature, signed(&second, &call));
        rig
    })
    .await;
}

#[tokio::test]
async fn nobody_reaches_into_our_network_through_an_endpoint() {
    let rig = Rig::set("sqlite", &[("COMEBACK_SERVER__PUBLIC_URL", "https://comeback.example")]).await;
    let bad = [
        "http://example.com/hook",
        "http://127.0.0.1:9/hook",
        "https://localhost/hook",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://user:word@example.com/",
        "https://metadata.internal/",
        "ftp://example.com/",
        "example.com",
        "",
    ];
    for url in bad {
        let wanted = Wanted { url: url.into(), note: String::new(), kinds: Vec::new() };
        let added = endpoints::add(&rig.app, rig.shop.id, &wanted, "story").await;
        assert!(matches!(added, Err(comeback::app::AppError::Invalid(_))), "{url}");
    }
    let wanted = Wanted { url: "https://example.com/hook".into(), note: String::new(), kinds: vec!["cart.stolen".into()] };
    assert!(endpoints::add(&rig.app, rig.shop.id, &wanted, "story").await.is_err(), "there is no such event");
    assert!(db::outbound::endpoints(&rig.app.db, rig.shop.id).await.expect("asked").is_empty());
}
