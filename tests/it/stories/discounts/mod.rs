//! Codes of shoppers' own: made by the store's platform, given once, used, counted and cleared away.

mod given;
mod guards;
mod platform;
mod workers;

use crate::support::replay::assert_equal;
use crate::support::rig::{Rig, story_campaign};
use crate::support::shopify_admin::{ShopifyAdmin, Sold, TOKEN};
use crate::support::shopper::{Shopper, with};
use comeback::app::campaigns::{self, Act};
use comeback::app::links::{Given, Leads, Opened, Program, open};
use comeback::app::report::{Query, recovered};
use comeback::app::stores::{self, NewAccess};
use comeback::channels::{EmailMessage, Message};
use comeback::db::Db;
use comeback::domain::attribution::Model;
use comeback::domain::campaign::{CampaignSpec, Offer, OfferValue, Step};
use comeback::domain::duration::Length;
use comeback::domain::event::ChannelKind;
use comeback::domain::report::By;
use comeback::domain::template::TemplateSource;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;

pub const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// What is in every cart of the stories, and what it costs.
const IN_CARTS: [(u64, &str); 2] = [(41_000_000_000_001, "20.00"), (41_000_000_000_002, "30.00")];

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// Ten per cent, for three days.
pub fn ten_percent() -> Offer {
    Offer { value: OfferValue::Percent(10), minimum: None, valid_for: Length::hours(72), required: false }
}

/// A mail after an hour, and a mail with the offer after a day.
pub fn campaign(offer: Offer) -> CampaignSpec {
    let mail = Step::new(Length::hours(1), ChannelKind::Email, "checkout-reminder");
    let second = Step { discount: Some(offer), delay: Length::hours(24), ..mail.clone() };
    CampaignSpec { steps: vec![mail, second], ..story_campaign() }
}

/// A store that can be asked, on an engine.
pub async fn beside(engine: &'static str, spec: CampaignSpec) -> (Rig, Arc<ShopifyAdmin>) {
    eprintln!("-- on {engine}");
    let store = Arc::new(ShopifyAdmin::start().await);
    for (variant, price) in IN_CARTS {
        store.sell(variant, Sold::at(price));
    }
    let rig = Rig::set(engine, &[("COMEBACK_SHOPIFY__BASE_URL", &store.url())]).await;
    publish(&rig, spec).await;
    stores::give_access(&rig.app, rig.shop.id, NewAccess::Token(TOKEN.into()), "story").await.expect("given");
    rig.settle().await;
    (rig, store)
}

pub async fn publish(rig: &Rig, spec: CampaignSpec) {
    campaigns::update(&rig.app, rig.shop.id, rig.campaign, spec, "story").await.expect("changed");
    campaigns::act(&rig.app, rig.shop.id, rig.campaign, Act::Publish, "story").await.expect("published");
}

/// Puts another text in the place of the English reminder.
pub async fn replace_template(rig: &Rig, source: TemplateSource) {
    let all = comeback::db::templates::list(&rig.app.db, rig.shop.id).await.expect("templates");
    let is_it =
        |t: &&comeback::db::templates::TemplateRow| t.key == "checkout-reminder" && t.channel == ChannelKind::Email && t.language == "en";
    let id = all.iter().find(is_it).expect("the reminder").id;
    comeback::app::templates::update(&rig.app, rig.shop.id, id, source, "story").await.expect("saved");
}

/// Nothing waits, every promise holds, and everything follows from what came in.
pub async fn ends(rig: &Rig) {
    rig.at_rest().await;
    assert_equal(rig).await;
    rig.app.db.close().await;
}

/// Tells a story on both engines.
pub async fn both<F, Fut>(spec: CampaignSpec, story: F)
where
    F: Fn(Rig, Arc<ShopifyAdmin>) -> Fut,
    Fut: Future<Output = Rig>,
{
    for engine in ["sqlite", "postgres"] {
        let (rig, store) = beside(engine, spec.clone()).await;
        // Kept: a store that nobody holds stops answering.
        let rig = story(rig, Arc::clone(&store)).await;
        ends(&rig).await;
    }
}

/// A shopper whose mails are read, and who gets no texts.
pub fn shopper(n: i64) -> Shopper {
    Shopper { email: Some(format!("shopper{n}@example.com")), accepts_texts: false, ..Shopper::new("Jo", n) }
}

pub async fn leaves(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
}

/// They leave, and both mails are due.
pub async fn gets_both(rig: &Rig, shopper: &Shopper) {
    leaves(rig, shopper).await;
    rig.pass(hours(25)).await;
}

pub fn mails_to(rig: &Rig, shopper: &Shopper) -> Vec<EmailMessage> {
    let to = shopper.email.clone().expect("an address");
    let mail = |message| match message {
        Message::Email(mail) => mail,
        other => panic!("{other:?} among the mails"),
    };
    rig.mails.all().into_iter().map(|(_, message)| mail(message)).filter(|mail| mail.to.as_str() == to).collect()
}

/// The code in a mail, if there is one: a word of ten of the letters that codes are made of.
pub fn code_in(mail: &EmailMessage) -> Option<String> {
    let letters = |word: &&str| word.len() == 10 && word.chars().all(|c| "BCDFGHJKMNPQRSTVWXYZ23456789".contains(c));
    mail.text.split(|c: char| !c.is_ascii_alphanumeric()).find(letters).map(str::to_owned)
}

/// The code that a shopper has got in their last mail.
pub fn code_of(rig: &Rig, shopper: &Shopper) -> Option<String> {
    mails_to(rig, shopper).last().and_then(code_in)
}

/// An order with a code that took so much off.
pub fn order_with(shopper: &Shopper, at: Timestamp, code: &str, off: &str) -> Value {
    with(
        shopper.order(at),
        json!({"discount_codes": [{"code": code, "amount": off, "type": "percentage"}], "total_price": "45.00", "current_total_price": "45.00"}),
    )
}

/// Where the link of a mail leads.
pub async fn follow(rig: &Rig, mail: &EmailMessage) -> Leads {
    let start = mail.text.find("/r/").expect("a link") + 3;
    let token = mail.text[start..].split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).next().expect("a token");
    let opened = Opened { link: Given::Token(token.trim_end_matches('.')), by: Program::named(BROWSER) };
    open(&rig.app, &opened).await.expect("a link")
}

/// What the codes of the credited orders took off, in minor units: the report's `cost`.
pub async fn cost(rig: &Rig) -> i64 {
    let query = Query { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: Timestamp::MAX, model: Model::LastTouch, by: By::Campaign };
    recovered(&rig.app, query).await.expect("a report").totals[0].cost.minor
}

/// `(code, state)` of every code, by code.
pub async fn states(rig: &Rig) -> Vec<(String, String)> {
    const SQL: &str = "SELECT code, state FROM discount_codes ORDER BY code";
    match &rig.app.db {
        Db::Sqlite { read, .. } => sqlx::query_as(SQL).fetch_all(read).await.expect("codes"),
        Db::Postgres(pool) => sqlx::query_as(SQL).fetch_all(pool).await.expect("codes"),
    }
}

/// How many codes are in a state.
pub async fn count(rig: &Rig, state: &str) -> usize {
    states(rig).await.iter().filter(|(_, s)| s == state).count()
}

/// The state of one code; `forgotten` where there is none.
pub async fn state_of(rig: &Rig, code: &str) -> String {
    let known = states(rig).await.into_iter().find(|(c, _)| c == code);
    known.map_or_else(|| "forgotten".into(), |(_, state)| state)
}
