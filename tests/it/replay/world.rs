//! A store to which everything has happened that can.

use crate::support::rig::Rig;
use crate::support::shopper::{Shopper, with};
use comeback::app::campaigns::{self, Act};
use comeback::app::links::{Given, Leads, Opened, Program, open};
use comeback::app::{preferences, shops, suppressions};
use comeback::channels::{Fault, Outcome};
use comeback::db::nudges::Lease;
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::event::ChannelKind;
use jiff::SignedDuration;
use serde_json::json;

const BROWSER: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

pub async fn leaves(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
}

async fn clicks(rig: &Rig, program: &str) {
    let (token, _) = rig.links();
    let opened = Opened { link: Given::Token(&token), by: Program::named(program) };
    assert!(matches!(open(&rig.app, &opened).await.expect("a link"), Leads::To(_)), "the link leads on");
}

async fn act(rig: &Rig, act: Act) {
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, act, "story").await.expect("done");
}

/// Jo leaves, gets the mail, clicks and buys; half of it is paid back.
pub async fn jo_is_recovered(rig: &Rig) -> Shopper {
    let jo = Shopper::new("Jo", 1);
    rig.tell("checkouts/create", &jo.anonymous(rig.app.now())).await;
    rig.clock.advance(SignedDuration::from_secs(20));
    leaves(rig, &jo).await;
    rig.pass(minutes(71)).await;
    clicks(rig, "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)").await;
    clicks(rig, BROWSER).await;
    rig.clock.advance(minutes(3));
    rig.tell("orders/create", &jo.order(rig.app.now())).await;
    rig.pass(minutes(30)).await;
    rig.tell("refunds/create", &jo.refund(77, "25.00", rig.app.now())).await;
    jo
}

/// Webhooks that come late, twice, in the wrong order and together; carts and contacts that turn out to be one; one that can't be read.
async fn odd_arrivals(rig: &Rig) {
    let ann = Shopper::new("Ann", 10);
    rig.tell("carts/create", &ann.cart(rig.app.now())).await;
    rig.tell("checkouts/create", &with(ann.checkout(rig.app.now()), json!({"cart_token": null, "abandoned_checkout_url": null}))).await;
    rig.clock.advance(SignedDuration::from_secs(5));
    leaves(rig, &ann).await;
    let by_mail = Shopper { phone: None, customer: 71, accepts_texts: false, ..Shopper::new("Bea", 11) };
    let by_phone = Shopper { email: None, accepts_mail: false, customer: 72, ..Shopper::new("Bea", 12) };
    let both = Shopper { email: by_mail.email.clone(), customer: 73, ..by_phone.again(13) };
    for (n, shopper) in [&by_mail, &by_phone, &both].into_iter().enumerate() {
        let (body, key) = (shopper.checkout(rig.app.now()).to_string(), format!("bea-{n}"));
        for _ in 0..2 {
            rig.post("checkouts/update", &key, &body).await.expect("accepted");
        }
    }
    rig.post("checkouts/update", "unreadable", "{\"email\": ").await.expect("accepted");
    rig.settle().await;
    let (cid, placed) = (Shopper::new("Cid", 14), rig.app.now());
    rig.tell("refunds/create", &cid.refund(99, "10.00", placed)).await;
    rig.tell("orders/create", &cid.order(placed)).await;
    rig.tell("checkouts/update", &cid.checkout(placed - minutes(2))).await;
    rig.pass(minutes(40)).await;
    // Bea comes back to her last cart, leaves it again, and much later buys: what waited for her is cancelled.
    leaves(rig, &both).await;
    rig.pass(hours(2)).await;
    rig.tell("orders/create", &both.order(rig.app.now())).await;
}

/// Opting out, being suppressed and allowed again, and consent that is taken back at the store.
async fn wishes(rig: &Rig) {
    let dee = Shopper::new("Dee", 20);
    leaves(rig, &dee).await;
    rig.pass(minutes(75)).await;
    let (_, token) = rig.links();
    for _ in 0..2 {
        let about = preferences::about(&rig.app, &token).await.expect("a link");
        preferences::unsubscribe(&rig.app, &about, true, "one click").await.expect("taken off");
        rig.clock.advance(minutes(1));
    }
    let eve = Shopper::new("Eve", 21);
    let address = "eve@example.com";
    suppressions::add(&rig.app, rig.shop.id, (ChannelKind::Email, address), "asked by phone", "story").await.expect("forbidden");
    leaves(rig, &eve).await;
    rig.pass(minutes(75)).await;
    suppressions::remove(&rig.app, rig.shop.id, (ChannelKind::Email, address), "story").await.expect("allowed");
    rig.pass(hours(30)).await;
    leaves(rig, &eve.again(22)).await;
    rig.pass(minutes(75)).await;
    let back = json!({"customer_id": eve.customer, "email_address": eve.email,
        "email_marketing_consent": {"state": "unsubscribed", "opt_in_level": "single_opt_in", "consent_updated_at": rig.app.now()}});
    rig.tell("customers_email_marketing_consent/update", &back).await;
    leaves(rig, &dee.again(23)).await;
    rig.pass(hours(2)).await;
}

/// Providers that hesitate, refuse and never answer; a worker that dies.
async fn faults(rig: &Rig) {
    let answers = [
        Outcome::later("451 later", None),
        Outcome::Refused { reason: "550 5.7.26 unauthenticated".into(), fault: Fault::Sender },
        Outcome::Refused { reason: "550 5.1.1 no such user".into(), fault: Fault::Recipient },
        Outcome::Unknown { reason: "no answer".into() },
    ];
    for (n, answer) in (30..).zip(answers) {
        let fay = Shopper { email: Some(format!("fay{n}@example.com")), ..Shopper::new("Fay", n) };
        leaves(rig, &fay).await;
        rig.pass(minutes(10)).await;
        rig.mails.answer_next(answer);
        rig.pass(hours(2)).await;
        leaves(rig, &fay.again(n + 100)).await;
        rig.pass(hours(3)).await;
    }
    let gus = Shopper { accepts_texts: false, ..Shopper::new("Gus", 35) };
    leaves(rig, &gus).await;
    rig.pass(minutes(10)).await;
    rig.clock.advance(minutes(61));
    let lease = Lease { by: "a worker that dies".into(), until: rig.app.now() + minutes(3) };
    let mut tx = rig.app.db.begin().await.expect("begun");
    comeback::db::nudges::claim_due(&mut tx, rig.shop.id, rig.app.now(), &lease, 1).await.expect("claimed");
    tx.commit().await.expect("committed");
    rig.pass(minutes(10)).await;
}

/// A pause, a second version, a store that stops and removes the app, an order by our marker alone.
async fn settings(rig: &Rig) {
    let hal = Shopper::new("Hal", 40);
    leaves(rig, &hal).await;
    rig.pass(minutes(30)).await;
    act(rig, Act::Pause).await;
    rig.pass(hours(2)).await;
    act(rig, Act::Resume).await;
    rig.settle().await;
    let nudge = rig.nudges().await.into_iter().find(|n| n.step == 0 && n.state.as_str() == "sent").expect("a mail");
    let marker = comeback::db::nudges::target(&rig.app.db, rig.shop.id, nudge.id).await.expect("asked").expect("there").short_code;
    let other = Shopper { email: Some("other@example.com".into()), phone: None, customer: 99, ..hal.again(41) };
    let order = with(other.order(rig.app.now()), json!({"note_attributes": [{"name": "_comeback", "value": marker}]}));
    rig.tell("orders/create", &order).await;
    let spec =
        CampaignSpec { name: "Slower".into(), abandon_after: "PT30M".parse().expect("a length"), ..crate::support::rig::story_campaign() };
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("saved");
    act(rig, Act::Publish).await;
    let ida = Shopper::new("Ida", 42);
    leaves(rig, &ida).await;
    shops::set_status(&rig.app, rig.shop.id, "paused", "story").await.expect("paused");
    rig.pass(hours(2)).await;
    shops::set_status(&rig.app, rig.shop.id, "active", "story").await.expect("resumed");
    rig.pass(minutes(30)).await;
    rig.tell("app/uninstalled", &json!({"id": 1, "domain": "acme.myshopify.com", "myshopify_domain": "acme.myshopify.com"})).await;
    rig.pass(hours(26)).await;
    shops::set_status(&rig.app, rig.shop.id, "active", "story").await.expect("resumed");
    rig.pass(hours(2)).await;
}

/// Kim takes herself off after a mail, asks to be forgotten, and comes back.
async fn erasure(rig: &Rig) {
    let kim = Shopper::new("Kim", 50);
    leaves(rig, &kim).await;
    rig.pass(minutes(75)).await;
    let (_, token) = rig.links();
    let about = preferences::about(&rig.app, &token).await.expect("a link");
    preferences::unsubscribe(&rig.app, &about, true, "one click").await.expect("taken off");
    rig.pass(hours(1)).await;
    rig.tell("orders/create", &kim.again(51).order(rig.app.now())).await;
    let demand = json!({"shop_domain": "acme.myshopify.com", "customer": {"id": kim.customer, "email": kim.email, "phone": kim.phone}, "orders_to_redact": []});
    rig.tell("customers/redact", &demand).await;
    rig.pass(minutes(30)).await;
    leaves(rig, &kim.again(52)).await;
    rig.pass(hours(3)).await;
}

/// All of it, one after the other.
pub async fn everything_happens(rig: &Rig) {
    jo_is_recovered(rig).await;
    odd_arrivals(rig).await;
    wishes(rig).await;
    faults(rig).await;
    settings(rig).await;
    erasure(rig).await;
}

/// Twenty shoppers leave, each with an address of their own, and half an hour later some are back.
pub async fn jo_leaves_among_others(rig: &Rig) {
    for n in 0..20 {
        leaves(rig, &Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) }).await;
    }
    rig.pass(minutes(30)).await;
    for n in 0..5 {
        let shopper = Shopper { email: Some(format!("shopper{n}@example.com")), ..Shopper::new("Jo", n) };
        leaves(rig, &shopper).await;
    }
    rig.pass(hours(26)).await;
}
