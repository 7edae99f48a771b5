//! Installing an app, as its owner sees it: what to copy, the way to Shopify and back, and what came of it.

use crate::pages::support::{Answer, PUBLIC_URL, World, assert_secured, request};
use crate::support::shopify_admin::{CLIENT, ShopifyAdmin};
use crate::support::shopify_install::{CODE, decide, pairs};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::Role;
use scraper::{Html, Selector};

const ACME: &str = "acme.myshopify.com";
const APP: [(&str, &str); 2] = [("client_id", CLIENT.0), ("secret", CLIENT.1)];

fn text(page: &Answer, selector: &str) -> String {
    let document = Html::parse_document(&page.body);
    let found = document.select(&Selector::parse(selector).expect("selector")).flat_map(|e| e.text()).collect::<Vec<_>>().join(" ");
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// To the store's page and back: where the browser is sent then.
async fn back(world: &World, store: &ShopifyAdmin, owner: &str) -> String {
    let leaves = world.post(owner, "/settings/connection/install", &[]).await;
    assert_eq!(leaves.status, StatusCode::OK, "{}", leaves.body);
    assert_secured(&leaves, "on the way");
    let page = leaves.header("refresh").strip_prefix("0;url=").expect("on to the store").to_owned();
    assert!(page.starts_with(&format!("{}/admin/oauth/authorize?", store.url())), "{page}");
    let asked = pairs(page.split_once('?').expect("a query").1);
    let to = store.with(|s| {
        s.installs.now = Some(world.app.now());
        decide(s, ACME, &asked)
    });
    to.strip_prefix(PUBLIC_URL).expect("back to us").to_owned()
}

#[actix_web::test]
async fn an_owner_enters_an_app_installs_it_and_sees_what_it_may() {
    let store = ShopifyAdmin::start().await;
    let world = World::set(&[("COMEBACK_SHOPIFY__BASE_URL", &store.url())]).await;
    let shop = world.add_shop("acme", "Acme").await;
    let owner = world.person(Role::Owner, None).await;
    let page = world.get(Some(&owner), "/settings/connection").await;
    let copied = text(&page, "#install ~ details code.copy");
    let expected = "https://comeback.example/connect/shopify \
        read_products,read_orders,write_discounts,write_customers,read_customer_merge,read_shopify_payments_disputes \
        https://comeback.example/settings/connection/installed";
    assert_eq!(copied, expected);
    let early = world.post(&owner, "/settings/connection/install", &[]).await;
    assert_eq!(early.header("location"), "/settings/connection?install=app#install");
    assert!(
        text(&world.get(Some(&owner), "/settings/connection?install=app").await, "[role=alert]").contains("client ID and secret first")
    );
    let refused = world.post(&owner, "/settings/connection/app", &[("client_id", "c0ffee"), ("secret", "short")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        text(&refused, "[role=alert]").contains("client secret")
            && refused.body.contains("value=\"c0ffee\"")
            && !refused.body.contains("short")
    );
    let saved = world.post(&owner, "/settings/connection/app", &APP).await;
    assert_eq!(saved.header("location"), "/settings/connection?done=app#install");
    let to = back(&world, &store, &owner).await;
    let done = world.get(Some(&owner), &to).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/settings/connection?done=installed&from=start#install"));
    let page = world.get(Some(&owner), "/settings/connection?done=installed&from=start").await;
    let said = text(&page, "main");
    assert!(
        said.contains("installed since")
            && said.contains("The store sends webhooks about 25 topics.")
            && said.contains("Back to the guided way"),
        "{said}"
    );
    assert!(said.contains("What it does not allow read_customer_merge Shoppers whom Shopify merges stay one person."), "{said}");
    assert!(said.contains("About 3 topics it sends none") && said.contains("disputes_create"), "{said}");
    assert!(said.contains("There is no need to"), "{said}");
    for secret in ["very_secret", CODE] {
        assert!(!page.body.contains(secret) && !done.header("location").contains(secret));
    }
    assert_eq!(world.post(&owner, "/settings/connection/look", &[]).await.header("location"), "/settings/connection?done=looked#install");
    let again = world.get(Some(&owner), &to).await;
    assert_eq!(again.header("location"), "/settings/connection?install=state#install", "what came back is good once");
    store.with(|s| s.installs.denies = true);
    let to = back(&world, &store, &owner).await;
    assert_eq!(world.get(Some(&owner), &to).await.header("location"), "/settings/connection?install=denied#install");
    let forged = format!("/settings/connection/installed?code=x&shop={ACME}&state=x&timestamp=1&hmac=00");
    assert_eq!(world.get(Some(&owner), &forged).await.header("location"), "/settings/connection?install=call#install");
    let german = request(Method::GET, Some(&owner), "/settings/connection?install=state").insert_header(("accept-language", "de"));
    assert!(text(&world.ask(german).await, "[role=alert]").contains("Installieren Sie erneut."));
    assert!(shop.uninstalled_at.is_none());
}

#[actix_web::test]
async fn the_overview_says_what_an_installed_store_does_not_tell_and_that_it_does_not_answer() {
    let store = ShopifyAdmin::start().await;
    let world = World::set(&[("COMEBACK_SHOPIFY__BASE_URL", &store.url())]).await;
    world.add_shop("acme", "Acme").await;
    let owner = world.person(Role::Owner, None).await;
    let attention = async || text(&world.get(Some(&owner), "/").await, ".attention");
    store.with(|s| s.scopes = ["read_products"].map(str::to_owned).into());
    world.post(&owner, "/settings/connection/app", &APP).await;
    let untold =
        "The store sends no webhooks about carts/create, carts/update, checkouts/create, checkouts/update, orders/create, orders/paid.";
    assert!(!attention().await.contains("sends no webhooks"), "before it was installed");
    let to = back(&world, &store, &owner).await;
    world.get(Some(&owner), &to).await;
    let shown = attention().await;
    assert!(shown.contains(untold) && shown.contains("Add the missing scopes to the app"), "{shown}");
    store.with(|s| s.scopes.insert("read_orders".into()));
    world.post(&owner, "/settings/connection/look", &[]).await;
    assert!(!attention().await.contains("sends no webhooks"), "what is missing now is nothing that recovery needs");
    store.with(|s| s.down = Some(503));
    world.post(&owner, "/settings/connection/look", &[]).await;
    let shown = attention().await;
    assert!(
        shown.contains("The store did not answer when it was asked what it sends:") && shown.contains("asked again every hour"),
        "{shown}"
    );
}

#[actix_web::test]
async fn what_shopify_signed_goes_into_no_other_address_and_only_owners_may() {
    let (world, shop) = World::with_shop().await;
    let to = format!("/settings/connection/installed?code={CODE}1&hmac=abcd&shop={ACME}&state=s&timestamp=1");
    let stranger = world.get(None, &to).await;
    assert_eq!(stranger.header("location"), "/login?next=%2Fsettings%2Fconnection");
    let editor = world.person(Role::Editor, Some(shop.id)).await;
    assert_eq!(world.get(Some(&editor), &to).await.status, StatusCode::FORBIDDEN);
    let other = world.add_shop("other", "Otherwise").await;
    let owner = world.person(Role::Owner, Some(other.id)).await;
    assert_eq!(world.get(Some(&owner), &to).await.status, StatusCode::NOT_FOUND, "it is about a store that is not theirs");
    for act in ["app", "install", "look"] {
        assert_eq!(world.post(&editor, &format!("/settings/connection/{act}"), &APP).await.status, StatusCode::FORBIDDEN, "{act}");
    }
}

#[actix_web::test]
async fn opened_from_shopify_the_app_leads_to_the_store_or_to_where_it_is_added() {
    let store = ShopifyAdmin::start().await;
    let world = World::set(&[("COMEBACK_SHOPIFY__BASE_URL", &store.url())]).await;
    let shop = world.add_shop("acme", "Acme").await;
    let owner = world.person(Role::Owner, None).await;
    let open = async |domain: &str| world.get(None, &format!("/connect/shopify?hmac=ab&host=YWRtaW4&shop={domain}&timestamp=1")).await;
    let found = open("Acme.myshopify.com").await;
    let to = found.header("location").to_owned();
    assert_eq!(to, "/settings/connection/of?domain=acme.myshopify.com");
    assert!(world.get(None, &to).await.header("location").starts_with("/login?next="), "only who is signed in is told anything");
    let not_yet = format!("/settings/connection?shop={}#install", shop.id);
    assert_eq!(world.get(Some(&owner), &to).await.header("location"), not_yet);
    world.post(&owner, "/settings/connection/app", &APP).await;
    let back = back(&world, &store, &owner).await;
    world.get(Some(&owner), &back).await;
    assert_eq!(world.get(Some(&owner), &to).await.header("location"), format!("/?shop={}", shop.id));
    let new = open("fern.myshopify.com").await;
    let to = world.get(Some(&owner), new.header("location")).await.header("location").to_owned();
    assert!(world.get(Some(&owner), &to).await.body.contains("value=\"fern.myshopify.com\""), "{to}");
    let viewer = world.person(Role::Viewer, Some(shop.id)).await;
    assert_eq!(world.get(Some(&viewer), new.header("location")).await.status, StatusCode::NOT_FOUND);
    for elsewhere in ["evil.example", "a.myshopify.com.evil.example", "", "evil.example/.myshopify.com"] {
        assert_eq!(open(elsewhere).await.status, StatusCode::NOT_FOUND, "{elsewhere}");
    }
    assert_eq!(world.get(None, "/connect/magento?shop=acme.myshopify.com").await.status, StatusCode::NOT_FOUND);
}
