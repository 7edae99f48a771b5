//! How a store is asked about discounts, and what its answers mean.

use crate::support::rig::{BEGIN, TestClock};
use crate::support::shopify_admin::{ShopifyAdmin, TOKEN};
use comeback::domain::campaign::OfferValue;
use comeback::domain::money::{Currency, Money};
use comeback::platforms::Platform as _;
use comeback::platforms::shopify::Shopify;
use comeback::platforms::store_api::{StoreAccess, StoreApi, StoreError, StoreLine};
use comeback::platforms::store_discounts::{CODES_MAX, NewDiscount};
use secrecy::SecretString;
use std::sync::Arc;

fn api(store: &ShopifyAdmin) -> Arc<dyn StoreApi> {
    let line = StoreLine::new(Some(&store.url()), TestClock::at(BEGIN)).expect("a line");
    Shopify.api(&line, "acme.myshopify.com", StoreAccess::Token(SecretString::from(TOKEN))).expect("an API")
}

fn new(code: &str, value: OfferValue) -> NewDiscount {
    NewDiscount {
        title: format!("Comeback {code}"),
        code: code.into(),
        value,
        minimum: Some(Money::new(5000, Currency::USD)),
        starts_at: BEGIN.parse().expect("an instant"),
        ends_at: "2026-07-05T00:00:00Z".parse().expect("an instant"),
    }
}

fn codes(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("CODE{n:04}")).collect()
}

#[tokio::test]
async fn a_discount_is_made_filled_looked_through_and_emptied() {
    let store = ShopifyAdmin::start().await;
    let api = api(&store);
    let made = api.make_discount(&new("FIRST", OfferValue::Percent(10))).await.expect("made");
    assert_eq!((made.title.as_str(), made.code_id.is_some()), ("Comeback FIRST", true));
    let asked = store.asked()[0].variables["discount"].clone();
    assert_eq!((&asked["usageLimit"], &asked["context"]["all"]), (&1.into(), &"ALL".into()));
    assert_eq!(asked["minimumRequirement"]["subtotal"]["greaterThanOrEqualToSubtotal"], "50.00");
    for part in [0..100, 100..120] {
        let addition = api.add_codes(&made.id, &codes(part.clone())).await.expect("begun");
        let seen = api.addition(&addition).await.expect("an answer").expect("known");
        assert_eq!((seen.done, seen.made.len(), seen.refused.len()), (true, part.len(), 0));
    }
    let first = api.codes(&made.id, None).await.expect("a page");
    let second = api.codes(&made.id, first.next.as_deref()).await.expect("a page");
    assert_eq!((first.codes.len(), second.codes.len(), second.next), (100, 21, None));
    store.with(|s| s.discounts.spend("CODE0003"));
    let spent = api.codes(&made.id, None).await.expect("a page").codes.into_iter().find(|c| c.code == "CODE0003").expect("it is there");
    assert_eq!(spent.uses, 1);
    store.with(|s| s.discounts.slow = 1);
    let ids: Vec<String> = first.codes.iter().take(2).map(|c| c.id.clone()).collect();
    let deletion = api.delete_codes(&made.id, &ids).await.expect("begun").expect("it takes a while");
    assert!(!api.is_deleted(&deletion).await.expect("an answer") && api.is_deleted(&deletion).await.expect("an answer"));
    assert_eq!(store.codes().len(), 119);
    api.delete_discount(&made.id).await.expect("deleted");
    assert_eq!((store.codes(), api.discount_of("FIRST").await), (Vec::new(), Ok(None)));
    assert!(matches!(api.delete_discount(&made.id).await, Err(StoreError::Refused(_))));
}

#[tokio::test]
async fn what_a_code_belongs_to_tells_ours_from_somebody_elses() {
    let store = ShopifyAdmin::start().await;
    let api = api(&store);
    let made = api.make_discount(&new("OURS", OfferValue::FreeShipping)).await.expect("made");
    let seen = api.discount_of("OURS").await.expect("an answer").expect("there");
    assert_eq!(seen, made);
    store.with(|s| s.discounts.taken.push("THEIRS".into()));
    assert_eq!(api.discount_of("THEIRS").await.expect("an answer").expect("there").title, "Somebody else's");
    assert_eq!(api.discount_of("NOBODYS").await, Ok(None));
    let taken = api.make_discount(&new("THEIRS", OfferValue::Percent(5))).await;
    assert!(matches!(taken, Err(StoreError::Refused(ref told)) if told[0].code.as_deref() == Some("TAKEN")), "{taken:?}");
    let addition = api.add_codes(&made.id, &["THEIRS".into(), "MORE".into()]).await.expect("begun");
    let seen = api.addition(&addition).await.expect("an answer").expect("known");
    assert_eq!((seen.made.len(), seen.refused[0].0.as_str()), (1, "THEIRS"));
    assert_eq!(api.addition("gid://shopify/DiscountRedeemCodeBulkCreation/0").await, Ok(None));
    const { assert!(CODES_MAX <= 250, "the platform's own limit") };
}

#[tokio::test]
async fn the_scope_that_is_missing_is_named() {
    let store = ShopifyAdmin::start().await;
    store.with(|s| s.scopes.remove("write_discounts"));
    let denied = api(&store).make_discount(&new("FIRST", OfferValue::Percent(10))).await;
    assert_eq!(denied, Err(StoreError::Denied(Some("write_discounts".into()))));
}
