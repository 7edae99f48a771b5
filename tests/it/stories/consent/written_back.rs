//! Opt-outs that are learned here are told to the platform: once, again when it fails, and never in anybody's way.

use super::{by_mail, hours, ledger, says, standing, state};
use crate::support::replay::assert_equal;
use crate::support::rig::Rig;
use crate::support::shopify_admin::{Fault, ShopifyAdmin, Sold, TOKEN};
use crate::support::shopper::Shopper;
use comeback::app::consents::tell_due;
use comeback::app::preferences;
use comeback::app::stores::{self, NewAccess};
use comeback::db;
use comeback::domain::event::ChannelKind;
use serde_json::json;
use std::future::Future;
use std::sync::Arc;

async fn beside_a_store<F, Fut>(story: F)
where
    F: Fn(Rig, Arc<ShopifyAdmin>) -> Fut,
    Fut: Future<Output = Rig>,
{
    for engine in ["sqlite", "postgres"] {
        eprintln!("-- on {engine}");
        let store = Arc::new(ShopifyAdmin::start().await);
        store.sell(41_000_000_000_001, Sold::at("20.00"));
        store.sell(41_000_000_000_002, Sold::at("30.00"));
        let rig = Rig::set(engine, &[("COMEBACK_SHOPIFY__BASE_URL", &store.url())]).await;
        stores::give_access(&rig.app, rig.shop.id, NewAccess::Token(TOKEN.into()), "story").await.expect("given");
        let rig = story(rig, Arc::clone(&store)).await;
        rig.at_rest().await;
        assert_equal(&rig).await;
        rig.app.db.close().await;
    }
}

async fn told(rig: &Rig) -> usize {
    tell_due(&rig.app).await.expect("told")
}

async fn opts_out(rig: &Rig) {
    rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
    rig.pass(hours(2)).await;
    let (_, token) = rig.links();
    let about = preferences::about(&rig.app, &token).await.expect("a link");
    preferences::turn_off(&rig.app, &about, Some(ChannelKind::Email), "the page").await.expect("off");
}

#[tokio::test]
async fn an_opt_out_is_told_to_the_platform_once_and_its_echo_changes_nothing() {
    beside_a_store(|rig, store| async move {
        opts_out(&rig).await;
        assert_eq!(told(&rig).await, 1);
        assert_eq!(told(&rig).await, 0);
        let asked: Vec<_> = store.asked().into_iter().filter(|a| a.operation == "ComebackEmailOptOut").collect();
        assert_eq!(asked.len(), 1);
        let input = &asked[0].variables["input"];
        let customer = Shopper::new("Jo", 1).customer;
        assert_eq!(input["customerId"], format!("gid://shopify/Customer/{customer}"));
        assert_eq!(input["emailMarketingConsent"]["marketingState"], "UNSUBSCRIBED");
        let before = standing(&rig).await;
        rig.clock.advance(hours(1));
        let echo = json!({"customer_id": customer, "email_address": "jo@example.com", "email_marketing_consent": {"state": "unsubscribed",
            "opt_in_level": "single_opt_in", "consent_updated_at": input["emailMarketingConsent"]["consentUpdatedAt"]}});
        rig.tell("customers_email_marketing_consent/update", &echo).await;
        let dates =
            |all: &[(ChannelKind, comeback::domain::consent::Consent)]| all.iter().map(|(c, s)| (*c, s.state, s.at)).collect::<Vec<_>>();
        assert_eq!(dates(&standing(&rig).await), dates(&before));
        assert_eq!(told(&rig).await, 0, "an echo is not told back");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_platform_that_fails_or_forbids_it_is_told_later_and_keeps_nobody_waiting() {
    beside_a_store(|rig, store| async move {
        store.with(|s| s.scopes.remove("write_customers"));
        opts_out(&rig).await;
        assert_eq!((told(&rig).await, state(&rig, ChannelKind::Email).await), (0, "unsubscribed"));
        store.with(|s| s.scopes.insert("write_customers".into()));
        store.next_of("ComebackEmailOptOut", Fault::Status(503));
        rig.clock.advance(hours(7));
        assert_eq!(told(&rig).await, 0);
        rig.clock.advance(hours(7));
        assert_eq!(told(&rig).await, 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn nothing_is_told_where_the_store_switched_it_off_or_agreed_again_since() {
    beside_a_store(|rig, store| async move {
        stores::set_tell_opt_outs(&rig.app, rig.shop.id, false, "story").await.expect("off");
        opts_out(&rig).await;
        assert_eq!(told(&rig).await, 0);
        rig.clock.advance(hours(1));
        says(&rig, by_mail("subscribed", "jo@example.com")).await;
        stores::set_tell_opt_outs(&rig.app, rig.shop.id, true, "story").await.expect("on");
        assert_eq!((told(&rig).await, store.times("ComebackEmailOptOut")), (0, 0));
        assert_eq!(db::consent_outbox::count(&rig.app.db, rig.shop.id, "due").await.expect("counted"), 0);
        assert_eq!(ledger(&rig).await.len(), 4);
        rig
    })
    .await;
}
