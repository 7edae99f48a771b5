//! Shoppers' stories, written through the same rows that the program writes.

use super::support::{PUBLIC_URL, World};
use comeback::app::campaigns::{Act, act};
use comeback::db;
use comeback::db::shops::Shop;
use comeback::db::{Tx, carts::CartRow, contacts::ContactRow, credits::CreditRow, orders::OrderRow};
use comeback::domain::attribution::{Evidence, Model};
use comeback::domain::bots::Clues;
use comeback::domain::campaign::Trigger;
use comeback::domain::cart::{CartState, apply};
use comeback::domain::contact::{ContactFacts, Identity};
use comeback::domain::event::{CartSeen, ChannelKind, Event, Item, Person, Stage, Token};
use comeback::domain::experiment::Arm;
use comeback::domain::ids::{CampaignId, CartId, ContactId, DeliveryId, EnrolmentId, NudgeId, OrderId};
use comeback::domain::money::Money;
use comeback::domain::nudge::NudgeState;
use comeback::domain::order::{Head, Order};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How far a shopper came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Still at the checkout.
    Open,
    /// Left, and got a mail.
    Mailed,
    /// Left, and may have got a mail: the mail server never answered.
    Doubtful,
    /// Came back by the mail and bought for so much, of which so much went back.
    Bought(i64, i64),
}

pub struct Shopper<'a> {
    pub email: &'a str,
    pub title: &'a str,
    pub days_ago: i64,
    pub end: End,
}

/// What a story left behind.
#[derive(Clone, Copy)]
pub struct Left {
    pub cart: CartId,
    pub nudge: NudgeId,
}

/// Publishes the store's first campaign.
pub async fn publish(world: &World, shop: &Shop) -> CampaignId {
    let id = db::campaigns::list(&world.app.db, shop.id).await.expect("campaigns")[0].id;
    act(&world.app, shop.id, id, Act::Publish, "test").await.expect("published");
    id
}

/// Writes one shopper's story.
pub async fn story(world: &World, shop: &Shop, campaign: CampaignId, shopper: &Shopper<'_>) -> Left {
    let began = world.app.now() - SignedDuration::from_hours(24 * shopper.days_ago) - SignedDuration::from_hours(3);
    let (cart_id, contact, nudge) = (CartId(world.app.new_id()), ContactId(world.app.new_id()), NudgeId(world.app.new_id()));
    let seen = checkout(shopper, cart_id, began);
    let facts = apply(None, &Event::Cart(Box::new(seen))).0.expect("cart");
    let mut tx = world.app.db.begin().await.expect("transaction");
    let person = ContactRow { id: contact, facts: ContactFacts::default(), created_at: began, erased_at: None };
    db::contacts::save(&mut tx, shop.id, &[&person]).await.expect("contact");
    let identity = Identity::Email(shopper.email.parse().expect("address"));
    db::contacts::set_owners(&mut tx, shop.id, &[(&identity, contact)].into()).await.expect("identity");
    let abandoned_at = began + 10.minutes();
    let state = match shopper.end {
        End::Open => CartState::Open,
        End::Mailed | End::Doubtful => CartState::Abandoned,
        End::Bought(..) => CartState::Recovered,
    };
    let row = CartRow {
        id: cart_id,
        contact_id: Some(contact),
        state,
        abandoned_at: (shopper.end != End::Open).then_some(abandoned_at),
        purchased_at: None,
        recovered: matches!(shopper.end, End::Bought(..)),
        facts,
        created_at: began,
    };
    db::carts::save(&mut tx, shop.id, &[&row], began).await.expect("cart");
    db::carts::set_tokens(&mut tx, shop.id, &[(&Token::Checkout(format!("token-{cart_id}")), cart_id)].into()).await.expect("token");
    event(world, &mut tx, shop, (cart_id, began, "begin_checkout", "the shopper began a checkout")).await;
    if shopper.end != End::Open {
        let state = if shopper.end == End::Doubtful { NudgeState::Unknown } else { NudgeState::Sent };
        mailed(world, &mut tx, shop, &Nudged { campaign, cart: cart_id, contact, nudge, abandoned_at }, state).await;
    }
    if let End::Bought(gross, refunds) = shopper.end {
        bought(world, &mut tx, shop, &Nudged { campaign, cart: cart_id, contact, nudge, abandoned_at }, (gross, refunds)).await;
    }
    tx.commit().await.expect("commit");
    Left { cart: cart_id, nudge }
}

fn checkout(shopper: &Shopper<'_>, cart: CartId, at: Timestamp) -> CartSeen {
    let usd = comeback::domain::money::Currency::USD;
    let item = Item {
        variant_id: Some("1".into()),
        product_id: None,
        title: shopper.title.into(),
        variant_title: Some("Blue / M".into()),
        sku: Some("SKU-1".into()),
        quantity: 2,
        unit_price: Some(Money::new(4_950, usd)),
        image_url: Some("javascript:alert(1)".into()),
        url: None,
    };
    CartSeen {
        stage: Stage::Checkout,
        tokens: vec![Token::Checkout(format!("token-{cart}"))],
        seen_at: at,
        started_at: at,
        completed_at: None,
        items: vec![item],
        value: Some(Money::new(9_900, usd)),
        recovery_url: None,
        discount_codes: vec![],
        person: Person { email: shopper.email.parse().ok(), first_name: Some(shopper.title.into()), ..Person::default() },
        email_opt_in: Some(true),
        sms_opt_in: None,
        source: Some("web".into()),
        not_by_shopper: false,
        arrival: None,
        told: None,
        clues: Clues::default(),
    }
}

async fn event(world: &World, tx: &mut Tx, shop: &Shop, (cart, at, name, summary): (CartId, Timestamp, &str, &str)) {
    let event = db::events::NewEvent {
        id: world.app.new_id(),
        delivery_id: None,
        cart_id: Some(cart),
        contact_id: None,
        order_id: None,
        at,
        name: name.into(),
        summary: summary.into(),
    };
    db::events::insert(tx, shop.id, std::slice::from_ref(&event)).await.expect("event");
}

struct Nudged {
    campaign: CampaignId,
    cart: CartId,
    contact: ContactId,
    nudge: NudgeId,
    abandoned_at: Timestamp,
}

async fn mailed(world: &World, tx: &mut Tx, shop: &Shop, n: &Nudged, state: NudgeState) {
    let (outcome, reason, told) = match state {
        NudgeState::Unknown => ("unknown", "no_answer", "smtp never answered: it may have been sent"),
        _ => ("sent", "sent", "the provider took it"),
    };
    let enrolment = EnrolmentId(world.app.new_id());
    let enrolled = db::enrolments::Enrolment {
        id: enrolment,
        campaign_id: n.campaign,
        version: 1,
        cart_id: n.cart,
        contact_id: n.contact,
        arm: Arm::Treated,
        begun_by: Trigger::CheckoutAbandoned,
        path: None,
        abandoned_at: n.abandoned_at,
        created_at: n.abandoned_at,
    };
    assert!(db::enrolments::insert(tx, shop.id, &enrolled).await.expect("enrolment"));
    let due_at = n.abandoned_at + 1.hour();
    let planned = db::nudges::NewNudge {
        id: n.nudge,
        enrolment_id: enrolment,
        campaign_id: n.campaign,
        cart_id: n.cart,
        contact_id: n.contact,
        step: 0,
        channel: ChannelKind::Email,
        fallback: None,
        variant: None,
        due_at,
        short_code: n.nudge.to_string(),
        created_at: n.abandoned_at,
    };
    db::nudges::insert(tx, shop.id, &planned).await.expect("nudge");
    let lease = db::nudges::Lease { by: n.nudge.to_string(), until: due_at + 3.minutes() };
    db::nudges::claim_due(tx, shop.id, due_at, &lease, 1).await.expect("claim");
    let settled = db::nudges::Settled {
        id: n.nudge,
        state,
        wake_at: None,
        reason: reason.into(),
        provider: Some("smtp".into()),
        provider_id: Some(format!("{}@shop.example", n.nudge)),
        sent_at: Some(due_at),
        unattempted: false,
        switch_to: None,
    };
    assert!(db::nudges::settle(tx, shop.id, &lease, &settled).await.expect("settled"));
    db::unknown::begin(tx, shop.id, n.nudge, due_at, None).await.expect("left to the merchant, if it is unknown");
    let decision = |outcome, rule: &str, why: &str| db::decisions::NewDecision {
        id: world.app.new_id(),
        cart_id: n.cart,
        nudge_id: Some(n.nudge),
        at: due_at,
        outcome,
        rule: rule.into(),
        rules_version: 1,
        why: why.into(),
        inputs: r#"{"cart":"abandoned","texts_sent":0}"#.into(),
    };
    let send = decision("send", "all_clear", "the cart is still abandoned, and the shopper agreed to be written to");
    let sent = decision(outcome, reason, told);
    db::decisions::insert(tx, shop.id, &[send, sent]).await.expect("decisions");
    db::messages::save(tx, shop.id, &[&rendered(n.nudge, due_at)]).await.expect("message");
}

fn rendered(nudge: NudgeId, at: Timestamp) -> db::messages::MessageRow {
    db::messages::MessageRow {
        nudge_id: nudge,
        recipient: "someone@example.com".into(),
        subject: "Your cart is waiting".into(),
        html: format!(
            "<html><body><h1>Your cart is waiting</h1><p><a href=\"{PUBLIC_URL}/r/secret-token\">Back to the cart</a></p></body></html>"
        ),
        text: format!("Back to the cart: {PUBLIC_URL}/r/secret-token"),
        template_key: "checkout-reminder".into(),
        template_version: 1,
        rendered_at: at,
        charge: None,
    }
}

async fn bought(world: &World, tx: &mut Tx, shop: &Shop, n: &Nudged, (gross, refunds): (i64, i64)) {
    let at = n.abandoned_at + 2.hours();
    let touch = db::touches::NewTouch {
        id: world.app.new_id(),
        nudge_id: n.nudge,
        campaign_id: n.campaign,
        cart_id: n.cart,
        contact_id: n.contact,
        kind: "click",
        at,
        human: true,
        why: "a browser asked for it".into(),
        signs: Vec::new(),
    };
    db::touches::insert(tx, shop.id, &touch).await.expect("click");
    let order_id = OrderId(world.app.new_id());
    let mut facts = Order::new(&order_id.to_string());
    let paid = Money::new(gross, shop.currency);
    facts.head = Some(Head {
        at,
        name: "#1001".into(),
        created_at: at,
        total: paid,
        presentment_total: None,
        paid,
        parts: comeback::domain::payment::Parts::default(),
        discount_codes: vec![],
        code_amounts: std::collections::BTreeMap::new(),
        items: vec![],
        source: None,
        not_by_shopper: false,
        renewal: false,
    });
    db::orders::save(tx, shop.id, &OrderRow { id: order_id, contact_id: Some(n.contact), facts, basis: shop.basis, created_at: at }, at)
        .await
        .expect("order");
    let credit = CreditRow {
        generation: 0,
        order_id,
        model: Model::LastTouch,
        nudge_id: n.nudge,
        campaign_id: n.campaign,
        cart_id: n.cart,
        step: 0,
        channel: ChannelKind::Email,
        evidence: Evidence::Link,
        window_ms: 432_000_000,
        currency: shop.currency,
        gross_minor: gross,
        refunds_minor: refunds,
        net_minor: gross - refunds,
        discount_minor: 0,
        ordered_at: at,
        made_at: at,
        rules_version: 1,
        inputs: "{}".into(),
    };
    db::credits::replace(tx, shop.id, 0, &[order_id.0], &[credit]).await.expect("credit");
}

/// A delivery that couldn't be read.
pub async fn set_aside(world: &World, shop: &Shop, reason: &str) -> DeliveryId {
    let id = DeliveryId(world.app.new_id());
    let delivery = db::deliveries::NewDelivery {
        id,
        shop_id: shop.id,
        delivery_key: id.to_string(),
        topic: "checkouts/update".into(),
        api_version: Some("2026-04".into()),
        event_id: None,
        triggered_at: None,
        received_at: world.app.now(),
        urgent: false,
        body: br#"{"id": }"#.to_vec(),
    };
    let mut tx = world.app.db.begin().await.expect("transaction");
    db::deliveries::insert_batch(&mut tx, &[delivery]).await.expect("delivery");
    db::deliveries::set_aside(&mut tx, shop.id, id.0, reason).await.expect("set aside");
    tx.commit().await.expect("commit");
    id
}
