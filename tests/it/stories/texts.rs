//! Texts as they leave: what their country asks for, written plainly, from the store's senders, with links on its own domain; and what messages cost.

use crate::support::replay::assert_equal;
use crate::support::rig::{Rig, both, new_shop};
use crate::support::shopper::Shopper;
use comeback::app::report::{Query, Recovered, recovered};
use comeback::app::templates::{self, NewTemplate};
use comeback::app::{AppError, link_domain, message_settings, preferences, shops};
use comeback::channels::{Fault, Message, Outcome, SmsMessage};
use comeback::db;
use comeback::domain::attribution::Model;
use comeback::domain::event::ChannelKind;
use comeback::domain::money::{Currency, Money};
use comeback::domain::report::By;
use comeback::domain::sms::{Encoding, MessageSettings};
use comeback::domain::template::TemplateSource;
use comeback::http_client::{HttpOptions, Reach, client};
use comeback::web;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::Arc;

/// The text of the stories' campaign is due a day after its mail.
const UNTIL_THE_TEXT: SignedDuration = SignedDuration::from_hours(30);
const GERMAN: &str = "+491713920012";

async fn set(rig: &Rig, settings: serde_json::Value) {
    let settings: MessageSettings = serde_json::from_value(settings).expect("settings");
    message_settings::set(&rig.app, rig.shop.id, settings, "story").await.expect("set");
}

/// The words of the texts in English from now on.
async fn write(rig: &Rig, body: &str) {
    let all = db::templates::list(&rig.app.db, rig.shop.id).await.expect("templates");
    let text = all.iter().find(|t| t.channel == ChannelKind::Sms && t.language == "en").expect("a text");
    let source = TemplateSource { subject: String::new(), body: body.to_owned(), text: None };
    templates::update(&rig.app, rig.shop.id, text.id, source, "story").await.expect("saved");
}

/// Somebody leaves, and time passes until their text is gone.
async fn left_until_the_text(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
    rig.pass(UNTIL_THE_TEXT).await;
}

fn last_text(rig: &Rig) -> SmsMessage {
    match rig.texts.all().pop() {
        Some((_, Message::Sms(text))) => text,
        other => panic!("no text was sent, but {other:?}"),
    }
}

async fn report(rig: &Rig) -> Recovered {
    let query = Query { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: Timestamp::MAX, model: Model::LastTouch, by: By::Channel };
    recovered(&rig.app, query).await.expect("a report")
}

async fn cost_minor(rig: &Rig) -> i64 {
    report(rig).await.totals.iter().map(|row| row.cost.minor).sum()
}

#[tokio::test]
async fn a_text_leaves_as_its_country_asks_and_its_cost_is_kept_and_found_again() {
    both(|rig| async move {
        set(&rig, json!({"senders": {"+1": {"from": "+14155550100"}}, "prices": {"segment": {"US": "0.0079"}, "email": "0.004"}})).await;
        write(&rig, "It’s “still” here – {{ link }} stop by").await;
        left_until_the_text(&rig, &Shopper::new("Jo", 1)).await;
        let text = last_text(&rig);
        assert_eq!(text.from.as_deref(), Some("+14155550100"));
        assert!(text.body.starts_with("Acme: It's \"still\" here - http://127.0.0.1:8080/s/"), "{}", text.body);
        assert!(text.body.ends_with(" stop by Reply STOP to opt out"), "{}", text.body);
        let nudges = rig.nudges().await;
        let texted = nudges.iter().find(|n| n.channel == ChannelKind::Sms).expect("a text");
        let kept = db::messages::get(&rig.app.db, rig.shop.id, texted.id).await.expect("asked").expect("kept");
        let charge = kept.charge.expect("a cost");
        assert_eq!((charge.encoding, charge.segments, charge.cost_micros), (Some(Encoding::Gsm7), Some(1), 7_900));
        assert_eq!((charge.currency, charge.table.as_str()), (Currency::USD, "own 1"));
        // A mail for 0.4 cents and a text for 0.79 are 1.19 cents together.
        assert_eq!(cost_minor(&rig).await, 1);
        let rows = report(&rig).await.rows;
        assert_eq!(rows.iter().map(|r| (r.key.as_str(), r.cost.minor)).collect::<Vec<_>>(), [("email", 0), ("sms", 1)]);
        set(&rig, json!({"prices": {"segment": {"US": "1"}}})).await;
        assert_eq!(cost_minor(&rig).await, 1, "what was sent keeps what it cost");
        assert_equal(&rig).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn costs_in_another_currency_stand_apart_and_are_never_added_up() {
    both(|rig| async move {
        set(&rig, json!({"prices": {"percent": 0, "email": "0.02"}})).await;
        left_until_the_text(&rig, &Shopper::new("Jo", 1)).await;
        let nudges = rig.nudges().await;
        let texted = nudges.iter().find(|n| n.channel == ChannelKind::Sms).expect("a text");
        let kept = db::messages::get(&rig.app.db, rig.shop.id, texted.id).await.expect("asked").expect("kept");
        assert_eq!(kept.charge.as_ref().map(|c| (c.segments, c.cost_micros)), Some((Some(1), 0)), "counted, and free");
        let euro: Currency = "EUR".parse().expect("euro");
        let charge = comeback::domain::sms::Charge { cost_micros: 75_000, currency: euro, ..kept.charge.expect("a cost") };
        let mut tx = rig.app.db.begin().await.expect("begun");
        db::messages::save_cost(&mut tx, rig.shop.id, texted.id, &charge).await.expect("kept");
        tx.commit().await.expect("done");
        let totals = report(&rig).await.totals;
        let told: Vec<(Money, i64)> = totals.iter().map(|row| (row.cost, row.nudges)).collect();
        assert_eq!(told, [(Money::new(8, euro), 0), (Money::new(2, Currency::USD), 2)]);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_text_that_was_refused_costs_nothing_and_one_in_doubt_does() {
    both(|rig| async move {
        set(&rig, json!({"prices": {"segment": {"US": "0.5"}}})).await;
        rig.texts.answer_next(Outcome::Refused { reason: "30007".into(), fault: Fault::Content });
        left_until_the_text(&rig, &Shopper::new("Jo", 1)).await;
        assert_eq!(cost_minor(&rig).await, 0);
        rig.texts.answer_next(Outcome::unknown("no answer"));
        left_until_the_text(&rig, &Shopper::new("Ann", 2)).await;
        assert_eq!(cost_minor(&rig).await, 50);
        rig
    })
    .await;
}

#[tokio::test]
async fn erasing_a_shopper_leaves_what_their_messages_cost() {
    both(|rig| async move {
        set(&rig, json!({"prices": {"segment": {"US": "0.5"}}})).await;
        let jo = Shopper::new("Jo", 1);
        left_until_the_text(&rig, &jo).await;
        let demand = json!({"shop_domain": "acme.myshopify.com", "customer": {"id": jo.customer, "email": jo.email, "phone": jo.phone}, "orders_to_redact": []});
        rig.tell("customers/redact", &demand).await;
        rig.settle().await;
        let nudge = rig.nudges().await[0].id;
        assert!(db::messages::get(&rig.app.db, rig.shop.id, nudge).await.expect("asked").is_none(), "the message itself is gone");
        assert_eq!(cost_minor(&rig).await, 50);
        assert_equal(&rig).await;
        rig
    })
    .await;
}

#[tokio::test]
async fn a_sender_of_letters_brings_a_short_way_out_that_works() {
    both(|rig| async move {
        set(&rig, json!({"senders": {"DE": {"from": "ACME"}}})).await;
        let jo = Shopper { phone: Some(GERMAN.into()), ..Shopper::new("Jo", 1) };
        left_until_the_text(&rig, &jo).await;
        let text = last_text(&rig);
        assert_eq!(text.from.as_deref(), Some("ACME"));
        let (_, rest) = text.body.split_once("Opt out: http://127.0.0.1:8080/u/").expect("a way out");
        let code = rest.split_whitespace().next().expect("a code");
        assert!(!text.body.contains("Reply"), "{}", text.body);
        let about = preferences::about(&rig.app, code).await.expect("whom it is about");
        assert_eq!((about.channel, about.already), (ChannelKind::Sms, false));
        preferences::unsubscribe(&rig.app, &about, false, "the page").await.expect("out");
        assert!(preferences::about(&rig.app, code).await.expect("again").already);
        assert!(preferences::about(&rig.app, "23456789abc").await.is_err(), "nobody's code");
        let sent = rig.texts.count();
        rig.clock.advance(SignedDuration::from_hours(48));
        left_until_the_text(&rig, &jo.again(2)).await;
        assert_eq!(rig.texts.count(), sent, "no text any more");
        rig
    })
    .await;
}

#[tokio::test]
async fn links_begin_with_the_stores_own_domain_once_it_was_seen_to_lead_here() {
    both(|rig| async move {
        let app = &rig.app;
        let set = link_domain::set(app, rig.shop.id, Some("https://go.acme.example/"), "story").await.expect("set");
        left_until_the_text(&rig, &Shopper::new("Jo", 1)).await;
        assert!(last_text(&rig).body.contains("http://127.0.0.1:8080/s/"), "not seen yet");
        let wrong = link_domain::confirm(app, set.clone(), "<html>parked</html>").await;
        assert!(matches!(wrong, Err(AppError::Conflict(why)) if why.contains("go.acme.example")));
        link_domain::confirm(app, set, &link_domain::answer(app)).await.expect("seen");
        left_until_the_text(&rig, &Shopper::new("Ann", 2)).await;
        assert!(last_text(&rig).body.contains("https://go.acme.example/s/"), "{}", last_text(&rig).body);
        let mails = rig.mails.all();
        let Some((_, Message::Email(mail))) = mails.last() else { panic!("no mail") };
        assert!(mail.html.contains("https://go.acme.example/r/"), "mails too");
        assert!(mail.unsubscribe_url.as_ref().is_some_and(|url| url.starts_with("https://go.acme.example/u/")));
        let other = shops::add(app, new_shop("other.myshopify.com"), "story").await.expect("a shop");
        let taken = link_domain::set(app, other.id, Some("go.acme.example"), "story").await;
        assert!(matches!(taken, Err(AppError::Conflict(_))), "it is another store's");
        link_domain::set(app, rig.shop.id, None, "story").await.expect("taken away");
        link_domain::set(app, other.id, Some("go.acme.example"), "story").await.expect("free again");
        shops::set_status(app, other.id, "removed", "story").await.expect("removed");
        link_domain::set(app, rig.shop.id, Some("go.acme.example"), "story").await.expect("left by the removed store");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_foreign_name_leads_to_links_and_to_no_page() {
    let rig = Rig::set("sqlite", &[("COMEBACK_SERVER__PUBLIC_URL", "https://cb.example")]).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(web::serve(Arc::clone(&rig.app), listener).expect("a server"));
    let http = client(&HttpOptions::new(Reach::Anywhere)).expect("a client");
    let ask = async |host: &str, path: &str| {
        let answer = http.get(format!("{base}{path}")).header("host", host).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    };
    assert_eq!(ask("go.acme.example", link_domain::PATH).await, (200, link_domain::answer(&rig.app)));
    for (path, expected) in
        [("/healthz", 200), ("/s/23456789abc", 404), ("/u/23456789abc", 404), ("/login", 421), ("/", 421), ("/api/v1/shops", 421)]
    {
        assert_eq!(ask("go.acme.example", path).await.0, expected, "{path}");
    }
    assert_eq!(ask("cb.example", "/login").await.0, 200);
    assert_eq!(ask("127.0.0.1", "/login").await.0, 200, "by its address, as from this machine");
}

#[tokio::test]
async fn texts_of_a_new_template_are_counted_with_the_values_of_a_sample_and_of_long_ones() {
    both(|rig| async move {
        let source = TemplateSource {
            subject: String::new(),
            body: "{{ shop.name }}: Hi {{ contact.first_name }}, your {{ cart.items[0].title }} ({{ cart.value }}) waits: {{ link }} Reply STOP to opt out"
                .into(),
            text: None,
        };
        let new = NewTemplate { key: "second-text".into(), channel: ChannelKind::Sms, language: "en".into(), source };
        let row = templates::create(&rig.app, rig.shop.id, &new, "story").await.expect("made");
        let seen = templates::preview(&rig.app, rig.shop.id, row.id, None).await.expect("seen").text.expect("counted");
        assert_eq!((seen.measure.segments, seen.longest.segments), (1, 2));
        let cost = seen.cost.expect("a cost");
        assert_eq!((cost.country.as_str(), cost.least.to_string().as_str(), cost.most.to_string().as_str()), ("US", "0.0118", "0.0236"));
        assert!(seen.notes.iter().any(|note| note.contains("Zoë")), "{:?}", seen.notes);
        let draft = TemplateSource { body: "Şapka’s {{ link }} STOP".into(), ..new.source };
        let seen = templates::preview(&rig.app, rig.shop.id, row.id, Some(draft)).await.expect("seen").text.expect("counted");
        let named: Vec<&str> = seen.offending.iter().map(|o| o.character.as_str()).collect();
        assert_eq!((seen.measure.encoding, named), (Encoding::Ucs2, vec!["Ş", "’"]));
        assert!(seen.notes.iter().any(|note| note.contains("must name the store")), "{:?}", seen.notes);
        rig
    })
    .await;
}
