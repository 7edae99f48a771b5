//! From nobody and nothing to the first message: the owner's link, and the guided way.

use crate::pages::support::{PASSWORD, World, assert_secured, request};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::Role;
use comeback::app::first_run;
use comeback::app::watch::Watcher;
use comeback::app::{ingest, plan, send};
use comeback::db;
use jiff::SignedDuration;
use scraper::{Html, Selector};

/// The path of a new link.
async fn link(world: &World) -> String {
    let link = first_run::link(&world.app).await.expect("asked").expect("nobody is there yet");
    link.strip_prefix(crate::pages::support::PUBLIC_URL).expect("our own address").to_owned()
}

#[actix_web::test]
async fn the_link_makes_the_first_owner_once_signs_them_in_and_leads_on() {
    let world = World::empty().await;
    assert!(world.get(None, "/login").await.body.contains("printed when it started"));
    let (former, path) = (link(&world).await, link(&world).await);
    assert_ne!(former, path);
    let form = world.get(None, &path).await;
    assert_eq!(form.status, StatusCode::OK);
    assert_secured(&form, "the link");
    for guessed in ["/start/x", "/start/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(world.get(None, guessed).await.status, StatusCode::NOT_FOUND);
        let fields = [("email", "a@b.example"), ("password", PASSWORD)];
        assert_eq!(world.ask(request(Method::POST, None, guessed).set_form(fields)).await.status, StatusCode::NOT_FOUND);
    }
    for (email, password) in [("nobody", PASSWORD), ("me@acme.example", "short")] {
        let refused = world.ask(request(Method::POST, None, &path).set_form([("email", email), ("password", password)])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(&format!("value=\"{email}\"")) && !refused.body.contains(password), "{}", refused.body);
    }
    let made = world.ask(request(Method::POST, None, &path).set_form([("email", "Me@Acme.example"), ("password", PASSWORD)])).await;
    assert_eq!((made.status, made.header("location")), (StatusCode::SEE_OTHER, "/start"));
    let cookie = made.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Secure"), "{cookie}");
    let session = cookie.split(';').next().and_then(|pair| pair.strip_prefix("comeback_session=")).expect("a session").to_owned();
    let start = world.get(Some(&session), "/start").await;
    assert!(start.body.contains("Name the store") && start.body.contains("Add the store"), "{}", start.body);
    for used_up in [&path, &former] {
        assert_eq!(world.get(None, used_up).await.status, StatusCode::NOT_FOUND);
        let fields = [("email", "other@acme.example"), ("password", PASSWORD)];
        assert_eq!(world.ask(request(Method::POST, None, used_up).set_form(fields)).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(first_run::link(&world.app).await.expect("asked"), None, "no further link is made");
    let people = db::access::users(&world.app.db).await.expect("people");
    assert_eq!(people.iter().map(|u| (u.email.as_str(), u.role.as_str())).collect::<Vec<_>>(), [("me@acme.example", "owner")]);
}

#[actix_web::test]
async fn a_link_is_worth_nothing_once_somebody_was_added_on_the_server() {
    let world = World::empty().await;
    let path = link(&world).await;
    world.person(Role::Viewer, None).await;
    assert_eq!(world.get(None, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(first_run::link(&world.app).await.expect("asked"), None);
}

#[actix_web::test]
async fn without_a_store_every_page_leads_to_the_guided_way() {
    let world = World::empty().await;
    let owner = world.person(Role::Owner, None).await;
    assert!(world.get(Some(&owner), "/carts").await.body.contains("href=\"/start\""));
    let viewer = world.person(Role::Viewer, None).await;
    assert_eq!(world.get(Some(&viewer), "/start").await.status, StatusCode::FORBIDDEN);
}

/// The words beside each step.
fn steps(body: &str) -> Vec<String> {
    let document = Html::parse_document(body);
    let select = Selector::parse(".guide > li > details > summary .badge").expect("selector");
    document.select(&select).map(|e| e.text().collect::<String>()).collect()
}

#[actix_web::test]
async fn what_is_done_is_told_by_what_is_there() {
    let world = World::empty().await;
    let owner = world.person(Role::Owner, None).await;
    let shown = async || world.get(Some(&owner), "/start").await;
    assert_eq!(steps(&shown().await.body), ["next"]);
    let store = [
        ("name", "Fern"),
        ("platform", "shopify"),
        ("domain", "fern.myshopify.com"),
        ("currency", "USD"),
        ("timezone", "America/New_York"),
        ("language", "en"),
    ];
    let bad = world.post(&owner, "/start/store", &[("name", "Fern"), ("currency", "USD")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.post(&owner, "/start/store", &store).await.header("location"), "/start#connect");
    // A draft is there from the beginning.
    assert_eq!(steps(&shown().await.body), ["done", "next", "open", "done", "open", "open"]);
    assert!(!shown().await.body.contains("Waiting for the first webhook"));
    assert_eq!(world.post(&owner, "/start/secret", &[("secret", "x")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.post(&owner, "/start/secret", &[("secret", "shpss_of_the_store")]).await;
    let waiting = shown().await;
    assert!(waiting.body.contains("Waiting for the first webhook") && waiting.body.contains("data-hx-trigger=\"every 2s\""));
    let fragment = world.get(Some(&owner), "/start/domain").await;
    assert!(fragment.body.contains("No sender is set yet."), "{}", fragment.body);
    assert_eq!(world.post(&owner, "/start/campaign", &[("starter", "email")]).await.status, StatusCode::SEE_OTHER);
    let shop = db::shops::list(&world.app.db).await.expect("shops").remove(0);
    assert_eq!(db::campaigns::list(&world.app.db, shop.id).await.expect("campaigns").len(), 2);
}

#[actix_web::test]
async fn a_cart_is_simulated_before_anything_is_published_and_counts_nowhere() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    assert_eq!(world.post(&owner, "/start/simulate", &[]).await.status, StatusCode::SEE_OTHER);
    let watcher = Watcher::new(&world.app);
    let under_way = world.get(Some(&owner), "/start").await;
    assert!(under_way.body.contains("Under way.") && under_way.body.contains("simulated"), "{}", under_way.body);
    for _ in 0..20 {
        watcher.look(&world.app).await.expect("a look");
        ingest::apply_due(&world.app).await.expect("applied");
        plan::plan_due(&world.app).await.expect("planned");
        send::send_due(&world.app).await.expect("sent");
        world.advance(SignedDuration::from_secs(5));
    }
    let page = world.get(Some(&owner), "/start").await;
    assert!(page.body.contains("It went the whole way, to the last cent."), "{}", page.body);
    let reached = Html::parse_document(&page.body).select(&Selector::parse(".stages time").expect("selector")).count();
    assert_eq!(reached, 8, "each stage with its time");
    assert!(world.get(Some(&owner), "/carts").await.body.contains("No cart yet"));
    let run = db::canaries::newest(&world.app.db, shop.id).await.expect("asked").expect("a run");
    assert!(run.reached.windows(2).all(|w| w[0].1 <= w[1].1) && run.problem.is_none());
    let campaign = db::campaigns::list(&world.app.db, shop.id).await.expect("campaigns").remove(0);
    let published = world.post(&owner, "/start/publish", &[("campaign", &campaign.id.to_string())]).await;
    assert!(published.header("location").starts_with("/start?done=publish"), "{}", published.body);
    assert!(world.get(Some(&owner), "/start").await.body.contains("A campaign is at work."));
    world.post(&owner, "/settings/store/status", &[("status", "paused")]).await;
    assert_eq!(world.post(&owner, "/start/simulate", &[]).await.status, StatusCode::CONFLICT);
}
