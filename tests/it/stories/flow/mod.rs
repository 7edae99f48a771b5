//! Senders that are limited, held, or shared: what waits keeps its place, and nobody waits for another's.

mod daily;
mod fair;
mod held;
mod rates;

use crate::support::rig::{Rig, new_shop};
use crate::support::shopper::Shopper;
use comeback::app::ingest::{self, Incoming};
use comeback::app::policies::{self, By};
use comeback::app::shops::NewShop;
use comeback::app::{campaigns, plan, send, shops};
use comeback::channels::Message;
use comeback::db::shops::Shop;
use comeback::domain::ids::ShopId;
use comeback::domain::policy::Policy;
use jiff::SignedDuration;

/// So many shoppers have left, and a mail to each is due in this very moment: to the first the first.
async fn due(rig: &Rig, count: i64) {
    for n in 0..count {
        leave(rig, &rig.shop, n).await;
        rig.clock.advance(SignedDuration::from_secs(1));
    }
    become_due(rig).await;
}

/// Somebody leaves a cart in a store.
async fn leave(rig: &Rig, shop: &Shop, n: i64) {
    let jo = Shopper { email: Some(format!("shopper{n}@example.com")), accepts_texts: false, ..Shopper::new("Jo", n) };
    let body = jo.checkout(rig.app.now()).to_string().replace("acme.myshopify.com", &shop.domain).into_bytes();
    let headers = crate::support::rig::headers("checkouts/update", &format!("{}-{n}", shop.domain), &shop.domain, &body);
    ingest::accept(&rig.app, Incoming { platform: "shopify".into(), shop: None, headers, body }).await.expect("accepted");
}

async fn become_due(rig: &Rig) {
    rig.pass(SignedDuration::from_mins(15)).await;
    plan::plan_due(&rig.app).await.expect("planned");
    rig.clock.advance(SignedDuration::from_hours(1));
}

/// Another store with the same campaign.
async fn another(rig: &Rig, domain: &str, name: &str) -> Shop {
    let new = NewShop { name: name.into(), ..new_shop(domain) };
    let shop = shops::add(&rig.app, new, "story").await.expect("a shop");
    let made = campaigns::create(&rig.app, shop.id, crate::support::rig::story_campaign(), "story").await.expect("a campaign");
    campaigns::act(&rig.app, shop.id, made.id, campaigns::Act::Publish, "story").await.expect("published");
    shop
}

async fn set(rig: &Rig, shop: ShopId, policy: Policy) {
    policies::set(&rig.app, shop, policy, By { actor: "story", is_owner: true }).await.expect("set");
}

/// Sends until nothing more may leave now.
async fn send_all(rig: &Rig) {
    while send::send_due(&rig.app).await.expect("sent") > 0 {}
}

/// To whom the mails went, in order.
fn receivers(rig: &Rig) -> Vec<String> {
    rig.mails.all().iter().map(|(_, m)| m.to().to_owned()).collect()
}

/// Whose mails went, in order.
fn senders(rig: &Rig) -> Vec<String> {
    let name = |m: &Message| match m {
        Message::Email(mail) => mail.from_name.clone().unwrap_or_default(),
        _ => String::new(),
    };
    rig.mails.all().iter().map(|(_, m)| name(m)).collect()
}

fn shoppers(numbers: std::ops::Range<i64>) -> Vec<String> {
    numbers.map(|n| format!("shopper{n}@example.com")).collect()
}

/// How often each mail was attempted, by due time.
async fn attempts(rig: &Rig) -> Vec<i64> {
    const SQL: &str = "SELECT attempts FROM nudges WHERE channel = 'email' ORDER BY due_at, id";
    match &rig.app.db {
        comeback::db::Db::Sqlite { read, .. } => sqlx::query_scalar(SQL).fetch_all(read).await,
        comeback::db::Db::Postgres(pool) => sqlx::query_scalar(SQL).fetch_all(pool).await,
    }
    .expect("the database answers")
}
