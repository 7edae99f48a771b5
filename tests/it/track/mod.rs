//! What a store's server and its pages tell of visits, and what follows from it.

mod api;
mod collect;
mod people;
mod stories;

use crate::support::rig::Rig;
use comeback::app::campaigns::{self, Act};
use comeback::app::track::{self, Answer, Fate};
use comeback::domain::campaign::{CampaignSpec, Step, Trigger};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::ids::CampaignId;
use comeback::domain::visit::Teller;
use comeback::web::events::offered;
use jiff::SignedDuration;
use serde_json::{Value, json};

pub const PAGE: &str = "https://acme.myshopify.com/products/hat?variant=2";

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// An event of a visit, now.
pub fn event(rig: &Rig, name: &str, fields: Value) -> Value {
    let mut event = json!({"event_id": rig.app.new_id().to_string(), "name": name, "at": rig.app.now().to_string(), "visit": {"client_id": "c1", "session_id": "s1"}});
    for (key, value) in fields.as_object().expect("an object") {
        event[key] = value.clone();
    }
    event
}

/// The hat, as a page or a server tells of it.
pub fn hat() -> Value {
    json!([{"product_id": 91, "variant_id": 41_000_000_000_001_i64, "title": "Wool hat", "price": 20.00, "url": PAGE}])
}

pub async fn take(rig: &Rig, by: Teller, events: Vec<Value>) -> Vec<Answer> {
    let site = track::site(&rig.app, rig.shop.id).await.expect("asked").expect("a store");
    track::take(&rig.app, &site, by, events.into_iter().map(offered).collect()).await.expect("taken")
}

/// Tells events that must be accepted, and lets the world react.
pub async fn tell(rig: &Rig, by: Teller, events: Vec<Value>) {
    for (_, fate) in take(rig, by, events).await {
        assert_eq!(fate, Fate::Accepted);
    }
    rig.settle().await;
}

/// A customer of the store who agreed to mails.
pub async fn customer(rig: &Rig, email: &str, id: i64) {
    rig.tell("customers/create", &json!({"id": id, "email": email, "first_name": "Jo", "last_name": "Story", "created_at": rig.app.now(), "updated_at": rig.app.now()})).await;
    let agreed = json!({"customer_id": id, "email_address": email,
        "email_marketing_consent": {"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": rig.app.now()}});
    rig.tell("customers_email_marketing_consent/update", &agreed).await;
}

/// A campaign that a visit may begin: a mail after an hour, another after a day.
pub fn campaign(trigger: Trigger, template: &str) -> CampaignSpec {
    let mail = |h| Step::new(Length::hours(h), ChannelKind::Email, template);
    CampaignSpec { name: format!("{trigger:?}"), trigger, holdout_percent: 0, steps: vec![mail(1), mail(24)], ..CampaignSpec::starter() }
}

pub async fn publish(rig: &Rig, spec: CampaignSpec) -> CampaignId {
    let made = campaigns::create(&rig.app, rig.shop.id, spec, "story").await.expect("a campaign");
    campaigns::act(&rig.app, rig.shop.id, made.id, Act::Publish, "story").await.expect("published");
    made.id
}
