//! Templates, their versions, and a look at them.

use super::Client;
use crate::support::rig::{Rig, TestClock, app_on, both, new_shop};
use comeback::app::access::{Scope, create_token};
use comeback::app::shops;
use comeback::channels::{Message, Outcome};
use serde_json::{Value, json};
use std::sync::Arc;

async fn template(c: &Client, key: &str, language: &str) -> Value {
    let all = c.all("/templates", 3).await;
    all.into_iter().find(|t| t["key"] == key && t["language"] == language).expect("a starter")
}

fn path(template: &Value) -> String {
    format!("/templates/{}", template["id"].as_str().expect("id"))
}

#[actix_web::test]
async fn a_change_is_a_new_version_and_the_old_ones_stay() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let old = template(&c, "checkout-text", "en").await;
        let body = json!({"body": "{{ shop.name }}: {{ link }} Reply STOP to opt out"});
        let new = c.put(&path(&old), body.clone()).await.with(200);
        assert_eq!((&new["version"], &new["body"], &new["id"]), (&json!(2), &body["body"], &old["id"]));
        let versions = c.all(&format!("{}/versions", path(&old)), 1).await;
        let told: Vec<(i64, &str)> =
            versions.iter().map(|v| (v["version"].as_i64().expect("number"), v["body"].as_str().expect("body"))).collect();
        assert_eq!(told, [(2, body["body"].as_str().expect("text")), (1, old["body"].as_str().expect("text"))]);
        assert_eq!(c.get(&path(&old)).await.with(200), new);
        rig
    })
    .await;
}

#[actix_web::test]
async fn who_names_the_version_that_they_changed_replaces_nobody_elses_work() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let old = template(&c, "checkout-text", "en").await;
        let saying = |words: &str| json!({"body": format!("{words} {{{{ link }}}} STOP"), "base_version": 1});
        assert_eq!(c.put(&path(&old), saying("first")).await.with(200)["version"], 2);
        let problem = c.put(&path(&old), saying("second")).await.problem(409);
        assert!(problem["detail"].as_str().expect("detail").contains("version 2 is in use"), "{problem}");
        assert_eq!(c.get(&path(&old)).await.with(200)["body"], "first {{ link }} STOP");
        assert_eq!(c.put(&path(&old), saying("first")).await.with(200)["version"], 2, "the same again is done already");
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_source_with_problems_is_refused_with_each_of_them_and_its_line() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let mail = template(&c, "checkout-reminder", "en").await;
        let bad = json!({"subject": "Hi {{ contact.nickname }}", "body": "<mjml><mj-body>\n{{ nothing }}\n</mj-body></mjml>"});
        let problem = c.put(&path(&mail), bad.clone()).await.problem(422);
        let at: Vec<(&str, Option<i64>)> =
            problem["errors"].as_array().expect("errors").iter().map(|e| (e["at"].as_str().expect("at"), e["line"].as_i64())).collect();
        assert_eq!(at, [("subject", Some(1)), ("body", Some(2))]);
        assert_eq!(c.get(&path(&mail)).await.with(200), mail);
        c.post(&format!("{}/preview", path(&mail)), json!({"subject": "x", "body": "<mjml>"})).await.problem(422);
        let mut new = json!({"key": "Bad Key", "channel": "sms", "language": "english", "body": "no link"});
        let problem = c.post("/templates", new.clone()).await.problem(422);
        assert_eq!(problem["errors"].as_array().expect("errors").len(), 4, "{problem}");
        new = json!({"key": "second-text", "channel": "sms", "language": "en", "body": "Hi! {{ link }} STOP to stop"});
        let made = c.post("/templates", new.clone()).await.with(201);
        assert_eq!(made["version"], 1);
        c.post("/templates", new).await.problem(409);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_preview_shows_the_stored_text_or_the_one_being_written() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        let mail = template(&c, "checkout-reminder", "de").await;
        for body in [json!({}), json!({"subject": mail["subject"], "body": mail["body"]})] {
            let shown = c.post(&format!("{}/preview", path(&mail)), body).await.with(200);
            assert!(shown["html"].as_str().expect("html").contains("Acme") && shown["problems"] == json!([]), "{shown}");
            assert!(!shown.to_string().contains("{{"));
            let size = shown["encoded_bytes"].as_u64().expect("a size");
            assert!(size > shown["html"].as_str().expect("html").len() as u64 && shown["warnings"] == json!([]), "{shown}");
        }
        let large = mail["body"].as_str().expect("a body").replace("{{ cart.value }}", &"word ".repeat(15_000));
        let shown = c.post(&format!("{}/preview", path(&mail)), json!({"subject": "x", "body": large})).await.with(200);
        assert_eq!(
            (shown["problems"].as_array().map(Vec::len), shown["warnings"][0]["at"].as_str()),
            (Some(0), Some("body")),
            "{}",
            shown["encoded_bytes"]
        );
        let text = template(&c, "checkout-text", "en").await;
        let shown = c.post(&format!("{}/preview", path(&text)), json!({"body": "Hello"})).await.with(200);
        assert_eq!(
            (&shown["text"], shown["problems"].as_array().expect("problems").len()),
            (&json!("Acme: Hello Reply STOP to opt out"), 2),
            "a text as it would leave"
        );
        assert_eq!(shown["encoded_bytes"], json!(null));
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_test_goes_to_one_address_through_the_channel() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let mail = format!("{}/test-send", path(&template(&c, "checkout-reminder", "en").await));
        let text = format!("{}/test-send", path(&template(&c, "checkout-text", "en").await));
        assert_eq!(c.post(&mail, json!({"to": "me@example.com"})).await.with(200), json!({"outcome": "accepted", "reason": null}));
        let Some((_, Message::Email(sent))) = rig.mails.all().pop() else { panic!("no mail") };
        assert!(sent.to.as_str() == "me@example.com" && sent.subject.starts_with("[Test] ") && sent.html.contains("Acme"));
        rig.texts.answer_next(Outcome::later("busy", None));
        assert_eq!(c.post(&text, json!({"to": "+12125551234"})).await.with(200)["outcome"], "try_later");
        c.post(&mail, json!({"to": "not an address"})).await.problem(422);
        c.post("/suppressions", json!({"channel": "email", "address": "me@example.com"})).await.with(201);
        c.post(&mail, json!({"to": "Me@Example.com"})).await.problem(409);
        assert_eq!(rig.mails.count(), 1);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_test_text_says_what_the_numbers_country_wants_said() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let bare =
            json!({"key": "bare-text", "channel": "sms", "language": "en", "body": "Your cart waits: {{ link }} Reply STOP to opt out"});
        let made = c.post("/templates", bare).await.with(201);
        c.post(&format!("{}/test-send", path(&made)), json!({"to": "+12125551234"})).await.with(200);
        let Some((_, Message::Sms(sent))) = rig.texts.all().pop() else { panic!("no text") };
        assert!(sent.body.starts_with("Acme: Your cart waits"), "the template doesn't say whose the text is: {}", sent.body);
        rig
    })
    .await;
}

#[actix_web::test]
async fn without_a_channel_a_test_says_so() {
    for engine in ["sqlite", "postgres"] {
        let (app, _folder) = app_on(engine, &TestClock::at("2026-07-01T16:00:00Z"), Vec::new()).await;
        let shop = shops::add(&app, new_shop("acme.myshopify.com"), "test").await.expect("a shop");
        let (_, token) = create_token(&app, shop.id, (Scope::Write, "test"), "story").await.expect("a token");
        let c = Client { app: Arc::clone(&app), token };
        let mail = template(&c, "checkout-reminder", "en").await;
        let problem = c.post(&format!("{}/test-send", path(&mail)), json!({"to": "me@example.com"})).await.problem(409);
        assert!(problem["detail"].as_str().expect("detail").contains("no email channel is set up"), "{engine}: {problem}");
    }
}

#[actix_web::test]
async fn a_store_begins_with_four_starters_in_ten_languages() {
    let rig = Rig::on("sqlite").await;
    assert_eq!(Client::new(&rig, Scope::Read).await.all("/templates", 3).await.len(), 4 * 10);
}
