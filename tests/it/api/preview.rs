//! What a campaign would do, over the API: previewed for a cart, tried on the past. It must be what then happens.

use super::Client;
use crate::support::rig::{Rig, both, story_campaign};
use crate::support::shopper::{Shopper, with};
use comeback::app::access::Scope;
use comeback::app::campaigns::{self, Act};
use comeback::app::trials;
use comeback::domain::campaign::{After, CampaignSpec, Condition, Fallback, Offer, OfferValue, Step, Variant};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use jiff::SignedDuration;
use serde_json::{Value, json};

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn mail(after: i64) -> Step {
    Step::new(Length::hours(after), ChannelKind::Email, "checkout-reminder")
}

/// A mail after ten hours, which is in the night; then one that follows it, in the morning; then a text for those who may get one, else a mail.
fn campaign() -> CampaignSpec {
    let follows = Step { after: After::PreviousSend, at: Some(jiff::civil::time(10, 0, 0, 0)), ..mail(3) };
    let text = Step {
        fallback: Some(Fallback { channel: ChannelKind::Email, template: "checkout-reminder".into() }),
        ..Step::new(Length::hours(40), ChannelKind::Sms, "checkout-text")
    };
    CampaignSpec { steps: vec![mail(10), follows, text], ..story_campaign() }
}

async fn publish(rig: &Rig, spec: CampaignSpec) {
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("saved");
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, Act::Publish, "story").await.expect("published");
}

async fn counts(rig: &Rig) -> (usize, usize, usize, usize) {
    let story = match rig.carts().await.first() {
        Some(cart) => comeback::app::timeline::story(&rig.app, rig.shop.id, cart.id).await.expect("a story").timeline.len(),
        None => 0,
    };
    (rig.carts().await.len(), rig.nudges().await.len(), rig.mails.count() + rig.texts.count(), story)
}

#[actix_web::test]
async fn what_is_previewed_is_what_then_happens() {
    both(|rig| async move {
        publish(&rig, campaign()).await;
        let c = Client::new(&rig, Scope::Write).await;
        // They agreed to no texts: the third goes by mail.
        let jo = Shopper { accepts_texts: false, ..Shopper::new("Jo", 1) };
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        let cart = rig.cart().await;
        let before = counts(&rig).await;
        let ask = json!({"campaign": rig.campaign.to_string(), "cart": cart.id.to_string(), "at": cart.active_at});
        let preview = c.post("/campaigns/preview", ask).await.with(200);
        assert_eq!(counts(&rig).await, before, "nothing is written");
        assert_eq!(
            (&preview["stays_out"], &preview["zones"], &preview["arm"]),
            (&Value::Null, &json!(["America/New_York"]), &json!("treated"))
        );
        let rules = |i: usize| -> Vec<String> {
            let looks = preview["steps"][i]["decisions"].as_array().expect("decisions");
            looks.iter().map(|l| l["rule"].as_str().expect("a rule").to_owned()).collect()
        };
        assert_eq!(rules(0), ["quiet_hours", "all_clear"], "{preview:#}");
        assert!(preview["steps"][0]["sent_local"].as_str().expect("a time").starts_with("2026-07-02T08:00:00-04:00"));
        assert!(
            preview["steps"][1]["sent_local"].as_str().expect("a time").starts_with("2026-07-03T10:00:00-04:00"),
            "three hours after the first, then ten o'clock"
        );
        assert_eq!(
            (rules(2)[0].as_str(), &preview["steps"][2]["channel"], &preview["steps"][2]["fallback"]),
            ("no_consent", &json!("email"), &json!("email"))
        );
        // And now it happens.
        let (ends, mut now) = (rig.app.now() + hours(60), rig.app.now());
        while now < ends {
            rig.pass(SignedDuration::from_mins(10)).await;
            now = rig.app.now();
        }
        let mut told: Vec<&str> = preview["steps"].as_array().expect("steps").iter().filter_map(|s| s["sent_at"].as_str()).collect();
        told.sort_unstable();
        let sent: Vec<String> = rig.mails.all().iter().map(|(at, _)| at.to_string()).collect();
        assert_eq!(sent.len(), 3);
        for (told, sent) in told.iter().zip(&sent) {
            let apart = sent.parse::<jiff::Timestamp>().expect("time").duration_since(told.parse().expect("time"));
            assert!(apart >= SignedDuration::ZERO && apart <= SignedDuration::from_mins(20), "told {told}, sent {sent}");
        }
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_preview_shows_every_message_without_a_link_that_works_and_a_reader_no_name() {
    both(|rig| async move {
        let (reader, writer) = (Client::new(&rig, Scope::Read).await, Client::new(&rig, Scope::Write).await);
        rig.tell("checkouts/update", &Shopper::new("Josephine", 1).checkout(rig.app.now())).await;
        let ask = json!({"campaign": rig.campaign.to_string(), "cart": rig.cart().await.id.to_string()});
        for (client, knows) in [(&reader, false), (&writer, true)] {
            let text = client.post("/campaigns/preview", ask.clone()).await.with(200).to_string();
            assert_eq!(text.contains("Josephine"), knows);
            assert!(!text.contains("josephine@"), "no address");
            for path in ["/r/", "/u/", "/s/"] {
                let after: Vec<&str> = text.split(&format!("{}{path}", rig.app.config.public_url)).skip(1).collect();
                assert!(after.iter().all(|rest| rest.starts_with('…')), "{path} leads somewhere");
            }
            assert!(text.contains("/r/…"));
        }
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_draft_is_previewed_with_a_sample_cart_its_code_and_why_there_is_none() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        let offer = |minimum: Option<&str>| Offer {
            value: OfferValue::Percent(10),
            minimum: minimum.map(|m| comeback::domain::money::Money::parse(m, comeback::domain::money::Currency::USD).expect("money")),
            valid_for: Length::hours(72),
            required: false,
        };
        let variants =
            ["A", "B"].map(|name| Variant { name: name.into(), weight: u16::from(name == "B"), template: None, without_discount: false });
        let steps = vec![
            Step { variants: variants.into(), ..mail(1) },
            Step { discount: Some(offer(None)), ..mail(20) },
            Step { discount: Some(offer(Some("5000"))), ..mail(30) },
        ];
        let spec = CampaignSpec { steps, ..story_campaign() };
        let preview = c.post("/campaigns/preview", json!({"campaign": spec})).await.with(200);
        assert_eq!((&preview["arm"], &preview["lot_percent"]), (&Value::Null, &Value::Null), "the sample is nobody");
        assert_eq!(preview["steps"][0]["variant"], "B");
        assert_eq!(preview["steps"][1]["discount"], json!({"code": null, "takes_off": "10 % off", "withheld": null}));
        assert!(preview["steps"][1]["message"]["text"].as_str().expect("a text").contains("EXAMPLE-CODE"), "{preview:#}");
        assert!(preview["steps"][2]["discount"]["withheld"].as_str().expect("a reason").contains("5000.00 USD or more"));
        assert!(!preview["steps"][2]["message"]["text"].as_str().expect("a text").contains("EXAMPLE-CODE"));
        let others = CampaignSpec { only_if: Some(Condition::Country(vec!["DE".into()])), ..spec };
        let stays = c.post("/campaigns/preview", json!({"campaign": others})).await.with(200);
        assert_eq!(stays["stays_out"]["rule"], "condition");
        assert_eq!(stays["steps"].as_array().expect("steps").len(), 3, "and what if it did");
        c.post("/campaigns/preview", json!({"campaign": {"name": "x"}})).await.problem(422);
        c.post("/campaigns/preview", json!({"campaign": "x"})).await.problem(422);
        c.post("/campaigns/preview", json!({"campaign": rig.campaign.to_string(), "cart": "x"})).await.problem(422);
        let nowhere = "01890a5d-ac96-774b-bcce-b302099a8057";
        c.post("/campaigns/preview", json!({"campaign": rig.campaign.to_string(), "cart": nowhere})).await.problem(404);
        c.post("/campaigns/preview", json!({"campaign": nowhere})).await.problem(404);
        rig
    })
    .await;
}

#[actix_web::test]
async fn who_is_in_the_comparison_group_is_told_and_when_it_would_have_left() {
    both(|rig| async move {
        publish(&rig, CampaignSpec { holdout_percent: 90, ..story_campaign() }).await;
        let c = Client::new(&rig, Scope::Read).await;
        let mut held = 0;
        for n in 0..5 {
            let shopper = Shopper { email: Some(format!("jo{n}@example.com")), ..Shopper::new("Jo", n) };
            rig.tell("checkouts/update", &with(shopper.checkout(rig.app.now()), json!({"customer": null}))).await;
        }
        for cart in rig.carts().await {
            let preview =
                c.post("/campaigns/preview", json!({"campaign": rig.campaign.to_string(), "cart": cart.id.to_string()})).await.with(200);
            let lot = preview["lot_percent"].as_f64().expect("a lot");
            assert_eq!(preview["arm"], if lot < 90.0 { "holdout" } else { "treated" });
            let last = preview["steps"][0]["decisions"].as_array().expect("decisions").last().expect("one").clone();
            assert_eq!(last["rule"], if lot < 90.0 { "holdout" } else { "all_clear" });
            assert!(preview["steps"][0]["message"].is_object(), "its message is shown all the same");
            held += usize::from(lot < 90.0);
        }
        assert!(held > 0);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_campaign_is_tried_on_the_past_beside_everything_else_one_at_a_time() {
    both(|rig| async move {
        let (c, reader) = (Client::new(&rig, Scope::Write).await, Client::new(&rig, Scope::Read).await);
        for n in 0..4 {
            let shopper = Shopper { email: Some(format!("jo{n}@example.com")), phone: None, accepts_texts: false, ..Shopper::new("Jo", n) };
            let nobody = json!({"customer": null, "shipping_address": null, "billing_address": null});
            rig.tell("checkouts/update", &with(shopper.checkout(rig.app.now()), nobody)).await;
        }
        rig.pass(hours(30)).await;
        assert_eq!(rig.mails.count(), 4);
        let made = c
            .post("/campaigns", serde_json::to_value(CampaignSpec { steps: vec![mail(1), mail(5)], ..story_campaign() }).expect("json"))
            .await
            .with(201);
        let path = format!("/campaigns/{}/trial", made["id"].as_str().expect("id"));
        reader.get(&path).await.problem(404);
        reader.post(&path, json!({})).await.problem(403);
        let asked = c.post(&path, json!({})).await.with(202);
        assert_eq!((&asked["state"], &asked["result"]), (&json!("waiting"), &Value::Null));
        c.post(&format!("/campaigns/{}/trial", rig.campaign), json!({})).await.problem(409);
        let before = counts(&rig).await;
        assert!(trials::run_next(&rig.app).await.expect("tried"));
        assert!(!trials::run_next(&rig.app).await.expect("asked"), "it is done once");
        assert_eq!(counts(&rig).await, before, "the store knows nothing of it");
        let told = reader.get(&path).await.with(200);
        assert_eq!((&told["state"], &told["problem"]), (&json!("done"), &Value::Null), "{told:#}");
        let result = &told["result"];
        assert_eq!((&result["would_have_sent"], &result["to_carts"], &result["sent_in_fact"]), (&json!(8), &json!(4), &json!(4)));
        let steps = json!([
            {"step": 1, "channel": "email", "would_have_sent": 4, "sent_in_fact": 0},
            {"step": 2, "channel": "email", "would_have_sent": 4, "sent_in_fact": 0}
        ]);
        assert_eq!(result["steps"], steps, "this campaign sent nothing in fact");
        assert!(result["caveats"][0].as_str().expect("a caveat").contains("revenue"));
        let rule = |name: &str| result["rules"].as_array().expect("rules").iter().find(|r| r["rule"] == name).cloned();
        assert_eq!(
            rule("no_address"),
            Some(json!({"rule": "no_address", "would_have_kept_back": 0, "kept_back_in_fact": 4})),
            "their texts"
        );
        c.post(&path, json!({"from": "2026-07-02T00:00:00Z", "to": "2026-07-01T00:00:00Z"})).await.problem(422);
        c.post(&path, json!({"from": "2026-06-30T00:00:00Z"})).await.with(202);
        assert!(trials::run_next(&rig.app).await.expect("tried"));
        let faulty = c.post("/campaigns", json!({"name": "x", "steps": []})).await.with(201);
        c.post(&format!("/campaigns/{}/trial", faulty["id"].as_str().expect("id")), json!({})).await.problem(422);
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_trial_whose_worker_died_is_begun_anew() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Write).await;
        let path = format!("/campaigns/{}/trial", rig.campaign);
        c.post(&path, json!({})).await.with(202);
        // Taken, and never heard of again.
        let mut tx = rig.app.db.begin().await.expect("transaction");
        let taken = comeback::db::trials::take(&mut tx, "gone", (rig.app.now(), rig.app.now() + SignedDuration::from_secs(60)))
            .await
            .expect("taken");
        tx.commit().await.expect("commit");
        assert!(taken.is_some());
        assert!(!trials::run_next(&rig.app).await.expect("asked"), "its lease stands");
        assert_eq!(c.get(&path).await.with(200)["state"], "running");
        rig.clock.advance(SignedDuration::from_secs(61));
        assert!(trials::run_next(&rig.app).await.expect("tried"));
        assert_eq!(c.get(&path).await.with(200)["state"], "done");
        rig
    })
    .await;
}

#[actix_web::test]
async fn a_carts_enrolment_says_its_side_lot_path_and_texts() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        let variants = ["A", "B"].map(|name| Variant { name: name.into(), weight: 1, template: None, without_discount: false });
        let path = comeback::domain::campaign::Path { name: "all".into(), only_if: None };
        let steps = vec![Step { variants: variants.into(), ..mail(1) }];
        publish(&rig, CampaignSpec { steps, paths: vec![path], holdout_percent: 10, ..story_campaign() }).await;
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        rig.pass(hours(2)).await;
        let cart = c.get(&format!("/carts/{}", rig.cart().await.id)).await.with(200);
        let told = c.get(&format!("/campaigns/{}/assignment?email=jo@example.com", rig.campaign)).await.with(200);
        let e = &cart["enrolments"][0];
        assert_eq!(
            (&e["campaign_id"], &e["campaign"], &e["version"]),
            (&json!(rig.campaign.to_string()), &json!("Checkout recovery"), &json!(2))
        );
        assert_eq!(
            (&e["arm"], &e["lot_percent"], &e["holdout_percent"], &e["fixed_before"]),
            (&told["arm"], &told["lot_percent"], &json!(10), &json!(false))
        );
        assert_eq!(
            (&e["path"], &e["variants"][0]["step"], &e["variants"][0]["variant"]),
            (&json!("all"), &json!(1), &told["steps"][0]["variant"])
        );
        assert!(e["counted_at"].is_string() && e["superseded_by"].is_null());
        rig
    })
    .await;
}
