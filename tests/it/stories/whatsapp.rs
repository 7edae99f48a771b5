//! Reminders by WhatsApp: an approved template, to who agreed to WhatsApp, over Meta's Cloud API as it describes itself.

use crate::channels::textapi::{meta, whatsapp_settings};
use crate::support::replay::assert_equal;
use crate::support::rig::{BEGIN, Rig, TestClock, app_on, story_campaign};
use crate::support::shopper::Shopper;
use crate::support::text_api::{TextApi, Vendor};
use comeback::app::campaigns::{self, Act};
use comeback::app::templates::{self, NewTemplate};
use comeback::app::track;
use comeback::channels::Channel;
use comeback::channels::whatsapp::WhatsApp;
use comeback::domain::campaign::{CampaignSpec, Step};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::template::TemplateSource;
use comeback::domain::visit::{Given, GivenContact, Teller};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

struct World {
    rig: Rig,
    meta: TextApi,
}

/// Tells a story on both engines; at its end everything holds, and Meta was asked for nothing that it doesn't describe.
async fn both<F, Fut>(story: F)
where
    F: Fn(World) -> Fut,
    Fut: Future<Output = World>,
{
    for engine in ["sqlite", "postgres"] {
        let (clock, meta) = (TestClock::at(BEGIN), TextApi::start(Vendor::WhatsApp).await);
        let channel = WhatsApp::with_time_limit(whatsapp_settings(&meta.url()), Duration::from_millis(600)).expect("settings");
        let channels: Vec<Arc<dyn Channel>> = vec![Arc::new(channel)];
        let (app, folder) = app_on(engine, &clock, channels).await;
        let rig = Rig::around(engine, app, clock, folder).await;
        arrange(&rig).await;
        let world = story(World { rig, meta }).await;
        world.rig.at_rest().await;
        assert_equal(&world.rig).await;
        assert_eq!(world.meta.violations(), Vec::<String>::new(), "{engine}");
    }
}

/// One step, an hour after the cart was left.
async fn arrange(rig: &Rig) {
    let body = "{{ contact.first_name | default: \"there\" }}\n{{ cart.items[0].title }}";
    let source = TemplateSource { subject: "cart_reminder en_US".into(), body: body.into(), text: None };
    let new = NewTemplate { key: "cart-whatsapp".into(), channel: ChannelKind::WhatsApp, language: "en".into(), source };
    templates::create(&rig.app, rig.shop.id, &new, "story").await.expect("a template");
    let step = Step { expires_after: Length::hours(72), ..Step::new(Length::hours(1), ChannelKind::WhatsApp, "cart-whatsapp") };
    let spec = CampaignSpec { steps: vec![step], ..story_campaign() };
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("changed");
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, Act::Publish, "story").await.expect("published");
}

/// The store's own server tells that somebody agreed to WhatsApp.
async fn agrees(rig: &Rig, shopper: &Shopper) {
    let site = track::site(&rig.app, rig.shop.id).await.expect("asked").expect("a store");
    let said = Given {
        event_id: rig.app.new_id().to_string(),
        name: "identify".into(),
        contact: GivenContact { phone: shopper.phone.clone(), email: shopper.email.clone(), ..GivenContact::default() },
        consents: vec![("whatsapp".into(), "subscribed".into())],
        consent_source: Some("account page".into()),
        ..Given::default()
    };
    let answers = track::take(&rig.app, &site, Teller::Store, vec![(Some(said.event_id.clone()), Ok(said))]).await.expect("taken");
    assert!(answers.iter().all(|(_, fate)| *fate == track::Fate::Accepted), "{answers:?}");
    rig.settle().await;
}

async fn leaves_a_cart(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

#[tokio::test]
async fn a_whatsapp_reminder_leaves_for_who_agreed_to_whatsapp_and_leads_back() {
    both(|world| async move {
        let World { rig, meta } = &world;
        let (jo, ann) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2));
        agrees(rig, &jo).await;
        leaves_a_cart(rig, &jo).await;
        // She agreed to mails and texts, and nobody asked her about WhatsApp.
        leaves_a_cart(rig, &ann).await;
        rig.pass(hours(3)).await;
        let taken = meta.taken();
        assert_eq!(taken.len(), 1, "{:?}", rig.nudge_states().await);
        let body = &taken[0].body;
        let sent = rig.nudges().await.into_iter().find(|n| n.state.as_str() == "sent").expect("one that left");
        assert_eq!((&body["to"], &body["biz_opaque_callback_data"]), (&json!("12125551001"), &json!(sent.id.to_string())));
        assert_eq!((&body["template"]["name"], &body["template"]["language"]["code"]), (&json!("cart_reminder"), &json!("en_US")));
        let said = |component: usize| -> Vec<&str> {
            let parameters = body["template"]["components"][component]["parameters"].as_array().expect("parameters");
            parameters.iter().filter_map(|p: &Value| p["text"].as_str()).collect()
        };
        assert_eq!(said(0), ["Jo", "Wool <b>hat</b>"]);
        let kept = comeback::db::messages::get(&rig.app.db, rig.shop.id, sent.id).await.expect("asked").expect("kept");
        let link = format!("Button: {}/s/{}", rig.app.config.public_url, said(1)[0]);
        assert!(kept.text.ends_with(&link) && kept.subject == "cart_reminder", "{}", kept.text);
        let mut states = rig.nudge_states().await;
        states.sort();
        let states: Vec<_> = states.iter().map(|(channel, state, rule)| (*channel, *state, rule.as_str())).collect();
        assert_eq!(states, [("whatsapp", "cancelled", "no_consent"), ("whatsapp", "sent", "accepted")]);
        world
    })
    .await;
}

#[tokio::test]
async fn who_bought_gets_no_whatsapp_reminder() {
    both(|world| async move {
        let jo = Shopper::new("Jo", 1);
        agrees(&world.rig, &jo).await;
        leaves_a_cart(&world.rig, &jo).await;
        world.rig.pass(SignedDuration::from_mins(30)).await;
        world.rig.tell("orders/create", &jo.order(world.rig.app.now())).await;
        world.rig.pass(hours(30)).await;
        assert_eq!(world.meta.requests(), 0);
        world
    })
    .await;
}

#[tokio::test]
async fn who_stopped_marketing_in_whatsapp_is_not_written_to_again() {
    both(|world| async move {
        let jo = Shopper::new("Jo", 1);
        agrees(&world.rig, &jo).await;
        world.meta.next(meta(400, 131_050));
        leaves_a_cart(&world.rig, &jo).await;
        world.rig.pass(hours(3)).await;
        assert_eq!((world.meta.requests(), world.rig.nudge_states().await[0].1), (1, "failed"));
        world.rig.pass(hours(30)).await;
        leaves_a_cart(&world.rig, &jo.again(9)).await;
        world.rig.pass(hours(30)).await;
        assert_eq!((world.meta.requests(), world.meta.taken().len()), (1, 0), "{:?}", world.rig.nudge_states().await);
        world
    })
    .await;
}

#[tokio::test]
async fn who_got_enough_marketing_is_tried_again_after_a_day() {
    both(|world| async move {
        let jo = Shopper::new("Jo", 1);
        agrees(&world.rig, &jo).await;
        world.meta.next(meta(400, 131_049));
        leaves_a_cart(&world.rig, &jo).await;
        world.rig.pass(hours(24)).await;
        assert_eq!((world.meta.requests(), world.meta.taken().len()), (1, 0));
        world.rig.pass(hours(3)).await;
        assert_eq!((world.meta.requests(), world.meta.taken().len()), (2, 1), "{:?}", world.rig.nudge_states().await);
        world
    })
    .await;
}
