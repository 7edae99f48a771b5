//! A store is connected by installing an app: what comes back is believed once, and everything follows from it.

use crate::support::replay::assert_equal;
use crate::support::rig::{Rig, headers, new_shop};
use crate::support::shopify_admin::{CLIENT, ShopifyAdmin, TOKEN};
use crate::support::shopify_install::{CODE, decide, pairs, signed};
use crate::support::shopper::Shopper;
use comeback::app::ingest::{self, Incoming};
use comeback::app::install::{self, InstallError, Shown};
use comeback::app::stores::{self, NewAccess};
use comeback::app::watch::Watcher;
use comeback::app::{App, shops};
use comeback::db;
use comeback::db::shops::Shop;
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeSet;
use std::future::Future;
use uuid::Uuid;

const ACME: &str = "acme.myshopify.com";
const SESSION: Uuid = Uuid::from_u128(7);
/// Every topic that means something, less the two about disputes and the one about merged customers, whose scopes the store doesn't grant.
const TOPICS_USUAL: usize = 25;

/// Tells a story on both engines beside a store.
async fn beside_a_store<F, Fut>(story: F)
where
    F: Fn(Rig, ShopifyAdmin) -> Fut,
    Fut: Future<Output = Rig>,
{
    for engine in ["sqlite", "postgres"] {
        let store = ShopifyAdmin::start().await;
        let rig = Rig::set(engine, &[("COMEBACK_SHOPIFY__BASE_URL", &store.url()), ("COMEBACK_WATCH__CANARY", "0")]).await;
        let rig = story(rig, store).await;
        rig.at_rest().await;
        assert_equal(&rig).await;
    }
}

async fn shop(rig: &Rig) -> Shop {
    db::shops::get(&rig.app.db, rig.shop.id).await.expect("asked").expect("a store")
}

async fn enter(rig: &Rig, client: (&str, &str)) {
    install::set_app(&rig.app, &shop(rig).await, client, "story").await.expect("entered");
}

async fn begin(rig: &Rig) -> String {
    install::begin(&rig.app, &shop(rig).await, SESSION).await.expect("begun")
}

/// What the browser brings back from the store's page.
fn answered(rig: &Rig, store: &ShopifyAdmin, page: &str) -> String {
    let query = page.split_once('?').expect("a query").1;
    let to = store.with(|s| {
        s.installs.now = Some(rig.app.now());
        decide(s, ACME, &pairs(query))
    });
    to.strip_prefix(&format!("{}?", install::back_url(&rig.app))).expect("back to us").to_owned()
}

async fn finish_as(app: &App, shop: &Shop, session: Uuid, query: &str) -> Result<(), InstallError> {
    let pairs = pairs(query);
    let query: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    install::finish(app, shop, (session, "story"), &query).await
}

async fn finish(rig: &Rig, query: &str) -> Result<(), InstallError> {
    finish_as(&rig.app, &shop(rig).await, SESSION, query).await
}

async fn installed(rig: &Rig, store: &ShopifyAdmin) {
    let query = answered(rig, store, &begin(rig).await);
    finish(rig, &query).await.expect("installed");
}

async fn shown(rig: &Rig) -> Shown {
    install::offer(&rig.app, &shop(rig).await).await.expect("asked").expect("it is offered").app.expect("an app")
}

async fn has_access(rig: &Rig) -> bool {
    stores::api(&rig.app, &shop(rig).await).await.expect("asked").is_some()
}

/// A webhook as Shopify sends it for the app.
async fn told(rig: &Rig, topic: &str, key: &str, body: &serde_json::Value, triggered_at: &str) -> bool {
    use base64::Engine as _;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let body = body.to_string();
    let mut headers = headers(topic, key, ACME, body.as_bytes());
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(CLIENT.1.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    headers.insert("x-shopify-hmac-sha256".into(), base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes()));
    headers.insert("x-shopify-triggered-at".into(), triggered_at.into());
    ingest::accept(&rig.app, Incoming { platform: "shopify".into(), shop: Some(rig.shop.id), headers, body: body.into_bytes() })
        .await
        .is_ok()
}

#[tokio::test]
async fn an_installed_app_has_its_token_its_webhooks_and_says_what_is_missing() {
    beside_a_store(|rig, store| async move {
        enter(&rig, CLIENT).await;
        let page = begin(&rig).await;
        let asked = pairs(page.split_once('?').expect("a query").1);
        assert!(page.starts_with(&format!("{}/admin/oauth/authorize?", store.url())), "{page}");
        assert_eq!(asked["redirect_uri"], install::back_url(&rig.app));
        assert!(asked["state"].len() >= 43 && !page.contains(CLIENT.1), "{page}");
        let query = answered(&rig, &store, &page);
        finish(&rig, &query).await.expect("installed");
        let api = stores::api(&rig.app, &shop(&rig).await).await.expect("asked").expect("access");
        assert_eq!(api.about().await.expect("an answer").name, "Acme");
        let app = shown(&rig).await;
        let names = |of: &[(&'static str, &'static str)]| of.iter().map(|(scope, _)| *scope).collect::<Vec<_>>();
        assert_eq!(names(&app.granted), ["read_products", "read_orders", "write_discounts", "write_customers"]);
        assert_eq!(names(&app.missing), ["read_customer_merge", "read_shopify_payments_disputes"]);
        assert_eq!((app.topics.len(), app.problem, app.installed_at), (TOPICS_USUAL, None, Some(rig.app.now())));
        let refused: BTreeSet<&str> = app.refused.iter().map(|(topic, _)| topic.as_str()).collect();
        assert_eq!(refused, BTreeSet::from(["CUSTOMERS_MERGE", "DISPUTES_CREATE", "DISPUTES_UPDATE"]));
        let address = format!("{}/webhooks/shopify/{}", rig.app.config.public_url, rig.shop.id);
        let sent = store.with(|s| s.installs.webhooks.clone());
        assert!(sent.len() == TOPICS_USUAL && sent.iter().all(|(_, to)| *to == address), "{sent:?}");
        let now = rig.app.now();
        assert!(
            told(&rig, "checkouts/create", "first", &Shopper::new("Jo", 1).checkout(now), &now.to_string()).await,
            "it signs with the app's secret"
        );
        rig.settle().await;
        assert_eq!(rig.carts().await.len(), 1);
        let audit =
            db::audit::found(&rig.app.db, rig.shop.id, &db::audit::Filter { actor: "", action: "", from: None, to: None }, None, 50);
        let told = format!("{:?} {:?}", audit.await.expect("asked"), shown(&rig).await);
        assert!(
            told.contains("shop.installed") && !["very_secret", "very-secret", &asked["state"]].iter().any(|s| told.contains(s)),
            "{told}"
        );
        rig
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_is_believed_once_in_its_session_in_time_and_about_this_store() {
    beside_a_store(|rig, store| async move {
        enter(&rig, CLIENT).await;
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "story").await.expect("a store");
        install::set_app(&rig.app, &other, CLIENT, "story").await.expect("entered");
        let page = begin(&rig).await;
        let query = answered(&rig, &store, &page);
        let good = pairs(&query);
        let again = |changed: &[(&str, &str)], secret: &str| {
            let said = |name: &str| changed.iter().find(|(n, _)| *n == name).map_or_else(|| good[name].clone(), |(_, v)| (*v).to_owned());
            let all: Vec<(&str, String)> = ["code", "host", "shop", "state", "timestamp"].map(|name| (name, said(name))).into();
            signed(&all.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>(), secret)
        };
        let called = |error: &Result<(), InstallError>| matches!(error, Err(InstallError::Called(_)));
        let forged = query.replace(&good["code"], "another");
        assert!(called(&finish(&rig, &forged).await), "what was changed on its way");
        assert!(called(&finish(&rig, &again(&[], "shpss_of_somebody_else")).await), "signed with another secret");
        assert!(called(&finish(&rig, &again(&[("shop", "other.myshopify.com")], CLIENT.1)).await), "about another store");
        let old = (rig.app.now() - SignedDuration::from_mins(2)).as_second().to_string();
        assert!(called(&finish(&rig, &again(&[("timestamp", &old)], CLIENT.1)).await), "signed long ago");
        let guessed = again(&[("state", "AAAA")], CLIENT.1);
        assert!(matches!(finish(&rig, &guessed).await, Err(InstallError::State)), "an answer to nothing");
        let elsewhere = finish_as(&rig.app, &shop(&rig).await, Uuid::from_u128(8), &query).await;
        assert!(matches!(elsewhere, Err(InstallError::State)), "in another session");
        let of_other = finish_as(&rig.app, &other, SESSION, &again(&[("shop", "other.myshopify.com")], CLIENT.1)).await;
        assert!(matches!(of_other, Err(InstallError::State)), "begun for one store, ended for another");
        assert!(!has_access(&rig).await);
        finish(&rig, &query).await.expect("none of these has used it up");
        assert!(matches!(finish(&rig, &query).await, Err(InstallError::State)), "a second time");
        let late = begin(&rig).await;
        rig.clock.advance(SignedDuration::from_mins(10));
        assert!(matches!(finish(&rig, &answered(&rig, &store, &late)).await, Err(InstallError::State)), "after ten minutes");
        assert!(has_access(&rig).await && store.granted() == 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn where_it_is_denied_or_the_code_is_not_taken_nothing_is_lost_and_it_can_be_tried_again() {
    beside_a_store(|rig, store| async move {
        stores::give_access(&rig.app, rig.shop.id, NewAccess::Token(TOKEN.into()), "story").await.expect("given");
        assert!(matches!(finish(&rig, "error=access_denied").await, Err(InstallError::App(_))), "without an app");
        enter(&rig, CLIENT).await;
        store.with(|s| s.installs.denies = true);
        let denied = answered(&rig, &store, &begin(&rig).await);
        assert!(matches!(finish(&rig, &denied).await, Err(InstallError::Denied)));
        store.with(|s| s.installs.denies = false);
        let page = begin(&rig).await;
        let query = answered(&rig, &store, &page);
        let spent = pairs(&query);
        let changed: Vec<(&str, &str)> = ["host", "shop", "state", "timestamp"]
            .map(|n| (n, spent[n].as_str()))
            .into_iter()
            .chain([("code", "code-very-secret-spent")])
            .collect();
        assert!(matches!(finish(&rig, &signed(&changed, CLIENT.1)).await, Err(InstallError::Store)));
        let app = shown(&rig).await;
        assert!(app.problem.as_ref().is_some_and(|p| p.contains("invalid_request") && !p.contains(CODE)), "{app:?}");
        let api = stores::api(&rig.app, &shop(&rig).await).await.expect("asked").expect("what was given before is there");
        assert_eq!((api.about().await.expect("an answer").name.as_str(), app.installed_at), ("Acme", None));
        installed(&rig, &store).await;
        assert_eq!(shown(&rig).await.problem, None);
        rig
    })
    .await;
}

#[tokio::test]
async fn scopes_that_were_missing_are_mended_by_installing_again_and_no_webhook_is_asked_for_twice() {
    beside_a_store(|rig, store| async move {
        store.with(|s| s.scopes = ["read_products"].map(str::to_owned).into());
        enter(&rig, CLIENT).await;
        installed(&rig, &store).await;
        let app = shown(&rig).await;
        // Products and variants, and the removal.
        assert_eq!((app.granted.len(), app.missing.len(), app.topics.len()), (1, 5, 6), "{app:?}");
        store.with(|s| {
            s.scopes = [
                "read_products",
                "read_orders",
                "write_customers",
                "write_discounts",
                "read_customer_merge",
                "read_shopify_payments_disputes",
            ]
            .map(str::to_owned)
            .into();
        });
        let before = store.times("ComebackSubscribe");
        installed(&rig, &store).await;
        let app = shown(&rig).await;
        assert_eq!((app.missing.len(), app.refused.len(), app.topics.len()), (0, 0, 28), "{app:?}");
        assert_eq!(store.times("ComebackSubscribe") - before, 22);
        // The store has dropped two, and takes something back.
        store.with(|s| {
            s.installs.webhooks.truncate(26);
            s.scopes.remove("write_discounts");
        });
        install::look(&rig.app, rig.shop.id).await.expect("looked");
        let app = shown(&rig).await;
        assert_eq!((app.missing.len(), app.topics.len(), store.with(|s| s.installs.webhooks.len())), (1, 28, 28));
        assert_eq!(db::shops::secrets(&rig.app.db, rig.shop.id).await.expect("secrets").len(), 2, "the app's secret is added once");
        store.with(|s| s.down = Some(503));
        install::look(&rig.app, rig.shop.id).await.expect("looked");
        let app = shown(&rig).await;
        assert!(app.problem.is_some() && app.topics.len() == 28, "what was known stays: {app:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_is_asked_every_hour_and_webhooks_that_it_dropped_come_back() {
    beside_a_store(|rig, store| async move {
        let watcher = Watcher::new(&rig.app);
        let look = async |after: i64| {
            rig.clock.advance(SignedDuration::from_mins(after));
            assert!(watcher.look(&rig.app).await.expect("a look"), "another process watches");
            store.times("ComebackWebhooks")
        };
        enter(&rig, CLIENT).await;
        assert_eq!(look(1).await, 0, "nothing is installed");
        installed(&rig, &store).await;
        let asked = look(60).await;
        store.with(|s| {
            s.installs.webhooks.truncate(20);
            s.scopes.remove("read_orders");
        });
        assert_eq!(look(59).await, asked, "not yet");
        assert!(shown(&rig).await.vital.is_empty());
        assert_eq!(look(1).await, asked + 1);
        let app = shown(&rig).await;
        assert!(app.missing.iter().any(|(scope, _)| *scope == "read_orders"), "{app:?}");
        assert_eq!(store.with(|s| s.installs.webhooks.len()), app.topics.len());
        store.with(|s| {
            s.scopes.insert("read_orders".into());
            s.down = Some(503);
        });
        look(60).await;
        assert!(shown(&rig).await.problem.is_some());
        store.with(|s| s.down = None);
        look(60).await;
        let app = shown(&rig).await;
        assert_eq!((app.topics.len(), app.problem), (TOPICS_USUAL, None));
        store.uninstall();
        let now = rig.app.now().to_string();
        assert!(told(&rig, "app/uninstalled", "gone", &json!({"id": 1, "domain": ACME, "myshopify_domain": ACME}), &now).await);
        rig.settle().await;
        let asked = store.asked().len();
        look(60).await;
        assert_eq!(store.asked().len(), asked, "a store that removed the app is left alone");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_removal_voids_the_token_and_one_that_is_told_late_leaves_the_new_one_alone() {
    beside_a_store(|rig, store| async move {
        enter(&rig, CLIENT).await;
        installed(&rig, &store).await;
        stores::set_tell_opt_outs(&rig.app, rig.shop.id, false, "story").await.expect("set");
        rig.clock.advance(SignedDuration::from_mins(1));
        let removed_at = rig.app.now().to_string();
        store.uninstall();
        let body = json!({"id": 1, "domain": ACME, "myshopify_domain": ACME});
        assert!(told(&rig, "app/uninstalled", "gone", &body, &removed_at).await);
        rig.settle().await;
        let app = shown(&rig).await;
        assert!(app.installed_at.is_none() && app.topics.is_empty() && app.granted.is_empty(), "{app:?}");
        assert!(shop(&rig).await.uninstalled_at.is_some() && !has_access(&rig).await);
        assert!(stores::shown(&rig.app.db, rig.shop.id).await.expect("asked").is_none(), "the token is no more");
        rig.clock.advance(SignedDuration::from_mins(5));
        installed(&rig, &store).await;
        assert!(shop(&rig).await.uninstalled_at.is_none() && has_access(&rig).await);
        rig.clock.advance(SignedDuration::from_mins(5));
        for key in ["gone", "gone-again"] {
            assert!(told(&rig, "app/uninstalled", key, &body, &removed_at).await);
        }
        rig.settle().await;
        assert!(shop(&rig).await.uninstalled_at.is_none() && has_access(&rig).await, "it was removed before it was installed again");
        rig.clock.advance(SignedDuration::from_mins(5));
        let now = rig.app.now().to_string();
        assert!(told(&rig, "app/uninstalled", "gone-for-good", &body, &now).await);
        rig.settle().await;
        assert!(shop(&rig).await.uninstalled_at.is_some() && !has_access(&rig).await);
        rig
    })
    .await;
}

#[tokio::test]
async fn another_app_begins_anew_and_what_cannot_be_one_is_refused() {
    beside_a_store(|rig, store| async move {
        enter(&rig, CLIENT).await;
        installed(&rig, &store).await;
        enter(&rig, CLIENT).await;
        assert!(shown(&rig).await.installed_at.is_some(), "the same one, entered again");
        enter(&rig, ("other", "shpss_another_very_secret")).await;
        let app = shown(&rig).await;
        assert!(app.installed_at.is_none() && app.granted.is_empty() && app.client_id == "other", "{app:?}");
        for bad in [("", "shpss_long_enough"), ("id with blanks", "shpss_long_enough"), ("id", "short"), ("id", "with\nbreak-in-it")] {
            assert!(install::set_app(&rig.app, &shop(&rig).await, bad, "story").await.is_err(), "{bad:?}");
        }
        let elsewhere = shops::add(&rig.app, new_shop("shop.acme.example"), "story").await.expect("a store");
        assert!(install::offer(&rig.app, &elsewhere).await.expect("asked").is_none(), "its address is none of Shopify's");
        assert!(install::set_app(&rig.app, &elsewhere, CLIENT, "story").await.is_err());
        rig
    })
    .await;
}
