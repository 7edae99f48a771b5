//! How a store's Admin API is asked: what it answers, every way it says no, and that nothing secret is told.

use crate::support::rig::{BEGIN, TestClock};
use crate::support::shopify_admin::{CLIENT, Fault, ShopifyAdmin, Sold, TOKEN};
use comeback::domain::money::{Currency, Money};
use comeback::platforms::Platform as _;
use comeback::platforms::shopify::Shopify;
use comeback::platforms::store_api::{StoreAccess, StoreApi, StoreError, StoreLine};
use jiff::SignedDuration;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

const SHOP: &str = "acme.myshopify.com";
/// For answers that never come.
const SHORT: Duration = Duration::from_millis(200);

fn token(text: &str) -> StoreAccess {
    StoreAccess::Token(SecretString::from(text))
}

fn client((id, secret): (&str, &str)) -> StoreAccess {
    StoreAccess::Client { id: id.into(), secret: SecretString::from(secret) }
}

fn api_at(url: &str, access: StoreAccess, clock: &Arc<TestClock>) -> Arc<dyn StoreApi> {
    let line = StoreLine::with_time_limit(Some(url), clock.clone(), SHORT.max(Duration::from_secs(5))).expect("a line");
    Shopify.api(&line, SHOP, access).expect("an API")
}

fn api(store: &ShopifyAdmin, access: StoreAccess) -> Arc<dyn StoreApi> {
    api_at(&store.url(), access, &TestClock::at(BEGIN))
}

fn ids(range: std::ops::Range<u64>) -> Vec<String> {
    range.map(|id| id.to_string()).collect()
}

#[tokio::test]
async fn variants_come_with_price_stock_and_product_as_of_the_question() {
    let store = ShopifyAdmin::start().await;
    store.sell(11, Sold { tags: vec!["gift".into()], image: Some("https://cdn.example/m.png".into()), ..Sold::at("19.99") });
    store.sell(12, Sold { available: false, stock: 0, ..Sold::at("5.00") });
    let seen = api(&store, token(TOKEN)).variants(&["11".into(), "12".into(), "13".into(), "not-an-id".into()]).await.expect("an answer");
    assert_eq!(seen.seen_at, BEGIN.parse().expect("an instant"));
    let told: Vec<_> = seen.variants.iter().map(|v| (v.variant_id.as_str(), v.price, v.sellable)).collect();
    let usd = |minor| Some(Money::new(minor, Currency::USD));
    assert_eq!(told, [("11", usd(1999), Some(true)), ("12", usd(500), Some(false)), ("13", None, Some(false))]);
    assert_eq!(seen.products[0].tags.clone().expect("tags").into_iter().collect::<Vec<_>>(), ["gift"]);
    assert_eq!(seen.products[0].image_url.as_deref(), Some("https://cdn.example/m.png"));
    let asked = store.asked();
    assert_eq!((asked.len(), asked[0].path.as_str(), asked[0].shop.as_str()), (1, "/admin/api/2026-07/graphql.json", SHOP));
}

#[tokio::test]
async fn many_variants_take_few_questions_and_too_large_ones_are_split() {
    let store = ShopifyAdmin::start().await;
    (1..=120).for_each(|id| {
        store.sell(id, Sold::at("1.00"));
    });
    let api = api(&store, token(TOKEN));
    assert_eq!(api.variants(&ids(1..121)).await.expect("an answer").variants.len(), 120);
    assert_eq!(store.times("ComebackVariants"), 3);
    store.next(Fault::Code("MAX_COST_EXCEEDED"));
    let seen = api.variants(&ids(1..9)).await.expect("an answer");
    let told: Vec<_> = seen.variants.iter().map(|v| v.variant_id.clone()).collect();
    assert_eq!(told, ids(1..9), "in two halves, in order");
    assert_eq!(store.times("ComebackVariants"), 3 + 3);
    assert_eq!(api.variants(&[]).await.expect("an answer").variants, []);
    assert_eq!(store.times("ComebackVariants"), 6, "nothing is asked about nothing");
}

#[tokio::test]
async fn a_throttled_question_waits_and_is_asked_again_and_not_for_ever() {
    let store = ShopifyAdmin::start().await;
    let api = api(&store, token(TOKEN));
    // It costs 100, and 90 are there: a hundredth of a second.
    store.next(Fault::Throttled(90, 1000));
    assert_eq!(api.about().await.expect("an answer").name, "Acme");
    assert_eq!(store.times("ComebackAbout"), 2);
    (0..3).for_each(|_| store.next(Fault::Throttled(90, 1000)));
    assert!(matches!(api.about().await, Err(StoreError::Throttled(_))));
    assert_eq!(store.times("ComebackAbout"), 2 + 3);
    // A wait of many minutes is told, not waited for.
    store.next(Fault::Throttled(0, 1));
    let before = store.times("ComebackAbout");
    // What came last restores fast, so this one is asked; the next would have to wait for long.
    assert!(matches!(api.about().await, Err(StoreError::Throttled(wait)) if wait >= Duration::from_secs(60)));
    assert_eq!(store.times("ComebackAbout"), before + 1);
    assert!(matches!(api.about().await, Err(StoreError::Throttled(_))), "and the budget is known before the next question");
    assert_eq!(store.times("ComebackAbout"), before + 1);
}

#[tokio::test]
async fn every_way_to_say_no_is_told_and_nothing_is_asked_twice_but_what_was_throttled() {
    let store = ShopifyAdmin::start().await;
    let api = api(&store, token(TOKEN));
    let check = async |fault: Fault, expected: fn(&StoreError) -> bool| {
        let before = store.times("ComebackAbout");
        store.next(fault.clone());
        let error = api.about().await.expect_err("no");
        assert!(expected(&error), "{fault:?}: {error:?}");
        assert_eq!(store.times("ComebackAbout"), before + 1, "{fault:?}");
    };
    check(Fault::Status(500), |e| matches!(e, StoreError::Unanswered(_))).await;
    check(Fault::Status(503), |e| matches!(e, StoreError::Unanswered(_))).await;
    check(Fault::Status(402), |e| matches!(e, StoreError::Inactive(_))).await;
    check(Fault::Status(404), |e| matches!(e, StoreError::Inactive(_))).await;
    check(Fault::Status(301), |e| matches!(e, StoreError::Address(_))).await;
    check(Fault::Code("SHOP_INACTIVE"), |e| matches!(e, StoreError::Inactive(_))).await;
    check(Fault::Code("INTERNAL_SERVER_ERROR"), |e| matches!(e, StoreError::Unanswered(_))).await;
    check(Fault::Cut, |e| matches!(e, StoreError::Unanswered(_))).await;
    store.with(|s| s.scopes.remove("read_products"));
    assert_eq!(api.variants(&ids(1..2)).await, Err(StoreError::Denied(Some("read_products".into()))));
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up() {
    let store = ShopifyAdmin::start().await;
    let line = StoreLine::with_time_limit(Some(&store.url()), TestClock::at(BEGIN), SHORT).expect("a line");
    let api = Shopify.api(&line, SHOP, token(TOKEN)).expect("an API");
    store.next(Fault::Hang);
    assert!(matches!(api.about().await, Err(StoreError::Unanswered(_))));
    let nobody = StoreLine::new(Some("http://127.0.0.1:9"), TestClock::at(BEGIN)).expect("a line");
    assert_eq!(Shopify.api(&nobody, SHOP, token(TOKEN)).expect("an API").about().await, Err(StoreError::Unreachable));
}

#[tokio::test]
async fn an_app_asks_for_its_token_once_a_day_and_again_when_it_ends_early() {
    let store = ShopifyAdmin::start().await;
    let clock = TestClock::at(BEGIN);
    let api = api_at(&store.url(), client(CLIENT), &clock);
    let (first, second, third) = tokio::join!(api.about(), api.about(), api.about());
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    assert_eq!(store.granted(), 1, "many questions at once ask for one token");
    clock.advance(SignedDuration::from_hours(23));
    api.about().await.expect("an answer");
    assert_eq!(store.granted(), 1);
    clock.advance(SignedDuration::from_mins(56));
    api.about().await.expect("an answer");
    assert_eq!(store.granted(), 2, "renewed before it ends");
    store.end_tokens();
    api.about().await.expect("an answer");
    assert_eq!(store.granted(), 3, "renewed when it ended early");
    store.uninstall();
    assert_eq!(api.about().await, Err(StoreError::AccessRefused("400 (app_not_installed)".into())));
}

#[tokio::test]
async fn a_dead_token_and_a_wrong_secret_are_told_without_naming_them() {
    let store = ShopifyAdmin::start().await;
    let dead = api(&store, token("shpat_dead_and_very_secret")).about().await.expect_err("refused");
    assert_eq!(dead, StoreError::AccessRefused("401".into()));
    let wrong = api(&store, client((CLIENT.0, "shpss_wrong_and_very_secret"))).about().await.expect_err("refused");
    assert_eq!(wrong, StoreError::AccessRefused("401 (invalid_client)".into()));
    let shown = format!("{dead} {dead:?} {wrong} {wrong:?} {:?}", token(TOKEN));
    assert!(!shown.contains("very_secret") && !shown.contains("127.0.0.1"), "{shown}");
}

#[tokio::test]
async fn a_store_at_a_private_address_is_never_called() {
    let line = StoreLine::new(None, TestClock::at(BEGIN)).expect("a line");
    for inside in ["127.0.0.1", "10.1.2.3", "localhost", "db.internal"] {
        assert!(matches!(Shopify.api(&line, inside, token(TOKEN)).err(), Some(StoreError::Address(_))), "{inside}");
    }
    assert!(Shopify.api(&line, SHOP, token(TOKEN)).is_ok());
}

#[tokio::test]
async fn a_gateway_may_be_told_the_store_in_its_path() {
    let store = ShopifyAdmin::start().await;
    let api = api_at(&format!("{}/{{shop}}", store.url()), token(TOKEN), &TestClock::at(BEGIN));
    api.about().await.expect("an answer");
    assert_eq!(store.asked()[0].path, "/acme.myshopify.com/admin/api/2026-07/graphql.json");
}
