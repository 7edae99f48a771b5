//! Claiming due nudges: leasing alone, and with everything read that decides about them.

use super::World;
use comeback::app::campaigns::{self, Act};
use comeback::db::contexts;
use comeback::db::nudges::{Lease, NewNudge, claim_due, insert};
use comeback::db::{carts, carts::CartRow, enrolments, enrolments::Enrolment};
use comeback::domain::campaign::CampaignSpec;
use comeback::domain::campaign::Trigger;
use comeback::domain::cart::{CartState, apply};
use comeback::domain::event::ChannelKind;
use comeback::domain::experiment::Arm;
use comeback::domain::ids::{CampaignId, CartId, ContactId, EnrolmentId, NudgeId};
use comeback::domain::money::Currency;
use comeback::platforms::{Platform as _, ReadContext, shopify::Shopify};
use jiff::SignedDuration;
use std::time::{Duration, Instant};

const DUE: usize = 20_000;
const BATCH: i64 = 200;
const SEED_BATCH: usize = 1_000;

pub async fn measure(engine: &str) {
    let world = World::on(engine).await;
    let campaign = campaigns::create(&world.app, world.shop.id, CampaignSpec::starter(), "load").await.expect("a campaign").id;
    campaigns::act(&world.app, world.shop.id, campaign, Act::Publish, "load").await.expect("published");
    seed(&world, campaign).await;
    know_the_tables(&world).await;
    let lease_only = drain(&world, DUE / 2, false).await;
    let with_inputs = drain(&world, DUE / 2, true).await;
    println!("| {engine}: claim due nudges, batches of {BATCH} | {lease_only:.0}/s | aim: 20,000/s | {:.2} |", lease_only / 20_000.0);
    println!("| {engine}: claim and read all that decides | {with_inputs:.0}/s | claiming alone | {:.2} |", with_inputs / lease_only);
}

/// What PostgreSQL does by itself within a minute.
async fn know_the_tables(world: &World) {
    if let comeback::db::Db::Postgres(pool) = &world.app.db {
        sqlx::query("ANALYZE").execute(pool).await.expect("analysed");
    }
}

async fn seed(world: &World, campaign: CampaignId) {
    let now = world.app.now();
    let jo = super::shopper::Shopper::new("Jo", 1);
    let context = ReadContext { topic: "checkouts/update", received_at: now, triggered_at: None, shop_currency: Currency::USD };
    let events = Shopify.read(&context, jo.checkout(now).to_string().as_bytes()).expect("a checkout");
    let facts = apply(None, &events[0]).0.expect("a cart");
    for _ in 0..DUE / SEED_BATCH {
        let mut tx = world.app.db.begin().await.expect("begun");
        for _ in 0..SEED_BATCH {
            let (cart_id, contact_id) = (CartId(world.app.new_id()), ContactId(world.app.new_id()));
            let state = CartState::Abandoned;
            let cart = CartRow {
                id: cart_id,
                contact_id: Some(contact_id),
                state,
                abandoned_at: Some(now),
                purchased_at: None,
                recovered: false,
                facts: facts.clone(),
                created_at: now,
            };
            carts::save(&mut tx, world.shop.id, &[&cart], now).await.expect("saved");
            let enrolment_id = EnrolmentId(world.app.new_id());
            let enrolment = Enrolment {
                id: enrolment_id,
                campaign_id: campaign,
                version: 1,
                cart_id,
                contact_id,
                arm: Arm::Treated,
                begun_by: Trigger::CheckoutAbandoned,
                path: None,
                abandoned_at: now,
                created_at: now,
            };
            enrolments::insert(&mut tx, world.shop.id, &enrolment).await.expect("enrolled");
            let id = NudgeId(world.app.new_id());
            let short_code = id.to_string();
            let nudge = NewNudge {
                id,
                enrolment_id,
                campaign_id: campaign,
                cart_id,
                contact_id,
                step: 0,
                channel: ChannelKind::Email,
                fallback: None,
                variant: None,
                due_at: now,
                short_code,
                created_at: now,
            };
            insert(&mut tx, world.shop.id, &nudge).await.expect("planned");
        }
        tx.commit().await.expect("committed");
    }
}

/// Claims per second.
async fn drain(world: &World, most: usize, with_inputs: bool) -> f64 {
    let now = world.app.now() + SignedDuration::from_secs(1);
    let lease = Lease { by: "load".into(), until: now + SignedDuration::from_hours(1) };
    let (mut claimed, mut took) = (0, Duration::ZERO);
    while claimed < most {
        let begin = Instant::now();
        let mut tx = world.app.db.begin().await.expect("begun");
        let ids = claim_due(&mut tx, world.shop.id, now, &lease, BATCH).await.expect("claimed");
        if with_inputs {
            contexts::load(&mut tx, world.shop.id, &ids).await.expect("read");
        }
        tx.commit().await.expect("committed");
        took += begin.elapsed();
        claimed += ids.len();
        assert!(!ids.is_empty(), "fewer were due than were seeded");
    }
    claimed as f64 / took.as_secs_f64()
}
