//! The ledger of credits: what earns, what only influences, how history is worked out anew, and what brought shoppers.

mod anew;
mod evidence;
mod journeys;

use crate::support::rig::{Rig, story_campaign};
use crate::support::shopper::Shopper;
use comeback::app::links::{Given, Opened, Program, open};
use comeback::app::{campaigns, ingest};
use comeback::db::Db;
use comeback::domain::campaign::{Attribution, CampaignSpec};
use comeback::domain::duration::Length;
use jiff::SignedDuration;
use serde_json::Value;

const PERSON: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// Jo leaves, and gets the mail. The token of its link.
async fn mailed(rig: &Rig, jo: &Shopper) -> String {
    rig.tell("checkouts/create", &jo.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(71)).await;
    rig.links().0
}

async fn clicks(rig: &Rig, token: &str) {
    open(&rig.app, &Opened { link: Given::Token(token), by: Program::named(PERSON) }).await.expect("a link");
}

async fn buys(rig: &Rig, jo: &Shopper) {
    rig.tell("orders/create", &jo.order(rig.app.now())).await;
}

/// Publishes the story's campaign with these windows, and lets nothing follow from it yet.
async fn publish_with(rig: &Rig, click: i64, view: Option<i64>) {
    let attribution = Attribution { click_window: Length::hours(click), view_window: view.map(Length::hours), ..Attribution::default() };
    let spec = CampaignSpec { attribution, ..story_campaign() };
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("changed");
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, campaigns::Act::Publish, "story").await.expect("published");
}

/// Takes a webhook in and applies it; nothing else happens.
async fn apply_only(rig: &Rig, topic: &str, body: &Value) {
    rig.post(topic, &rig.app.new_id().to_string(), &body.to_string()).await.expect("accepted");
    while ingest::apply_due(&rig.app).await.expect("applied") > 0 {}
}

/// `(order, evidence, kind, net)` by last touch of a generation, by order.
async fn ledger(rig: &Rig, generation: i64) -> Vec<(String, String, String, i64)> {
    const SQL: &str =
        "SELECT o.name, k.evidence, k.kind, k.net_minor FROM credit_ledger k JOIN orders o ON o.shop_id = k.shop_id AND o.id = k.order_id
        WHERE k.model = 'last_touch' AND k.generation = $1 ORDER BY o.name, k.evidence";
    match &rig.app.db {
        Db::Sqlite { read, .. } => sqlx::query_as(SQL).bind(generation).fetch_all(read).await,
        Db::Postgres(pool) => sqlx::query_as(SQL).bind(generation).fetch_all(pool).await,
    }
    .expect("the ledger")
}

fn row(order: &str, evidence: &str, kind: &str, net: i64) -> (String, String, String, i64) {
    (order.to_owned(), evidence.to_owned(), kind.to_owned(), net)
}
