//! Outbound webhooks and the audit log in the browser.

use crate::pages::support::{Answer, World};
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::outbound::endpoints;
use comeback::app::shops;
use comeback::db;
use scraper::{Html, Selector};

fn text(page: &Answer, selector: &str) -> String {
    let document = Html::parse_document(&page.body);
    let selector = Selector::parse(selector).expect("selector");
    let found = document.select(&selector).flat_map(|e| e.text()).collect::<Vec<_>>().join(" ");
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn an_endpoint_is_added_with_its_secret_shown_once_looked_into_and_removed() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let bad = [("url", "http://10.0.0.1/hook"), ("note", "warehouse"), ("kind", "message.sent")];
    let refused = world.post(&owner, "/settings/webhooks", &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("value=\"http://10.0.0.1/hook\"") && refused.body.contains("warehouse"), "{}", refused.body);
    let none = world.post(&owner, "/settings/webhooks", &[("url", "https://example.com/hook")]).await;
    assert!(text(&none, "[role=alert]").contains("at least one event"), "{}", none.body);
    let good = [("url", "https://example.com/hook"), ("note", "<b>ware</b>"), ("kind", "message.sent"), ("kind", "cart.abandoned")];
    let added = world.post(&owner, "/settings/webhooks", &good).await;
    let secret = text(&added, ".notice code");
    assert!(secret.starts_with("whsec_"), "{}", added.body);
    let list = world.get(Some(&owner), "/settings/webhooks").await;
    assert!(!list.body.contains(&secret) && text(&list, "main").contains("cart.abandoned, message.sent"), "{}", list.body);
    let id = db::outbound::endpoints(&world.app.db, shop.id).await.expect("asked")[0].id;
    let path = format!("/settings/webhooks/{id}");
    let tested = world.post(&owner, &format!("{path}/test"), &[]).await;
    let event = tested.header("location").split('?').next().expect("a path").to_owned();
    assert!(event.starts_with(&format!("{path}/events/")), "{event}");
    let page = world.get(Some(&owner), &event).await;
    assert!(text(&page, "main").contains("Not tried yet.") && text(&page, "pre").contains("\"type\": \"test\""), "{}", page.body);
    assert_eq!(world.post(&owner, &format!("{event}/again"), &[]).await.status, StatusCode::SEE_OTHER);
    let page = world.get(Some(&owner), &format!("{path}?state=waiting")).await;
    let log = text(&page, "#log ~ table tbody");
    assert!(log.starts_with("test ") && log.contains(" waiting "), "{log}");
    assert!(text(&world.get(Some(&owner), &format!("{path}?state=taken")).await, "main").contains("Nothing here yet."));
    let renewed = world.post(&owner, &format!("{path}/secret"), &[]).await;
    assert_ne!(text(&renewed, ".notice code"), secret);
    let changed = [("url", "https://example.com/other"), ("all", "on")];
    assert_eq!(world.post(&owner, &path, &changed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.post(&owner, &format!("{path}/switch"), &[("on", "no")]).await.status, StatusCode::SEE_OTHER);
    let row = endpoints::get(&world.app, shop.id, id).await.expect("an endpoint");
    assert_eq!((row.url.as_str(), row.kinds.as_str(), row.on), ("https://example.com/other", "*", false));
    assert_eq!(world.post(&owner, &format!("{path}/remove"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get(Some(&owner), &path).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn another_stores_endpoint_is_not_there_and_editors_see_none() {
    let (world, shop) = World::with_shop().await;
    let other = world.add_shop("other", "Otherwise").await;
    let wanted = endpoints::Wanted { url: "https://example.com/hook".into(), note: String::new(), kinds: Vec::new() };
    let (row, _) = endpoints::add(&world.app, other.id, &wanted, "test").await.expect("added");
    let owner = world.person(Role::Owner, Some(shop.id)).await;
    let path = format!("/settings/webhooks/{}", row.id);
    for act in ["", "/test", "/secret", "/switch", "/remove"] {
        let answer = world.post(&owner, &format!("{path}{act}"), &[("url", "https://example.com/x"), ("all", "on")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
        let there = world.post(&owner, &format!("{path}{act}?shop={}", other.id), &[]).await;
        assert_eq!(there.status, StatusCode::NOT_FOUND, "{act}");
    }
    assert_eq!(endpoints::get(&world.app, other.id, row.id).await.expect("still there").url, "https://example.com/hook");
    let editor = world.person(Role::Editor, None).await;
    assert_eq!(world.get(Some(&editor), "/settings/webhooks").await.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn the_audit_log_names_people_and_is_looked_through_by_who_what_and_when() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    world.post(&owner, "/settings/tokens", &[("name", "Warehouse"), ("scope", "read")]).await;
    world.post(&owner, "/settings/store/name", &[("name", "Acme 2")]).await;
    let page = world.get(Some(&owner), "/settings/audit").await;
    let shown = text(&page, "tbody");
    assert!(shown.contains("owner@comeback.example Renamed the store Acme 2") && shown.contains("Made a token"), "{shown}");
    let only = world.get(Some(&owner), "/settings/audit?what=token.create").await;
    assert!(text(&only, "tbody").contains("Made a token") && !text(&only, "tbody").contains("Renamed"), "{}", only.body);
    let whole = text(&world.get(Some(&owner), "/settings/audit?what=shop").await, "tbody");
    assert!(whole.contains("Renamed") && whole.contains("Added the store") && !whole.contains("token"), "{whole}");
    let nobody = world.get(Some(&owner), "/settings/audit?who=nobody").await;
    assert!(text(&nobody, "main").contains("Nothing of that kind was done."));
    assert!(text(&world.get(Some(&owner), "/settings/audit?from=2026-07-16").await, "main").contains("Nothing of that kind"));
    assert!(text(&world.get(Some(&owner), "/settings/audit?to=2026-07-15").await, "tbody").contains("Renamed"));
    for n in 0..60 {
        shops::rename(&world.app, shop.id, &format!("Acme {n}"), "cli").await.expect("renamed");
    }
    let first = world.get(Some(&owner), "/settings/audit?who=cli").await;
    assert!(text(&first, "tbody").contains("the command line"));
    let document = Html::parse_document(&first.body);
    let older = document.select(&Selector::parse("main p.buttons a").expect("selector")).next().expect("a link");
    let next = world.get(Some(&owner), older.value().attr("href").expect("an address")).await;
    let count = |page: &Answer| Html::parse_document(&page.body).select(&Selector::parse("tbody tr").expect("selector")).count();
    assert_eq!((count(&first), count(&next)), (50, 10));
}

#[actix_web::test]
async fn what_lets_programs_in_asks_again_who_one_is_once_the_proof_is_old() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let hook = [("url", "https://example.com/hook"), ("all", "on")];
    assert_eq!(world.post(&owner, "/settings/webhooks", &hook).await.status, StatusCode::OK, "who has just signed in has proved it");
    let id = db::outbound::endpoints(&world.app.db, shop.id).await.expect("asked")[0].id;
    let endpoint = format!("/settings/webhooks/{id}");
    world.advance(jiff::SignedDuration::from_mins(16));
    let secret = format!("{endpoint}/secret");
    let token = [("name", "x"), ("scope", "read")];
    let asked = [
        ("/settings/tokens", &token, "/settings/tokens"),
        ("/settings/webhooks", &hook, "/settings/webhooks#add"),
        (&secret, &hook, &endpoint),
    ];
    for (path, fields, back) in asked {
        let answer = world.post(&owner, path, fields).await;
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let prove = format!("/account/prove?next={back}");
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, prove.as_str()), "{path}");
        let page = world.get(Some(&owner), path.trim_end_matches("/secret")).await;
        assert!(page.body.contains(&format!("href=\"{prove}\"")), "the page leads there before something is typed: {path}\n{}", page.body);
    }
    assert!(db::access::tokens(&world.app.db, shop.id).await.expect("tokens").is_empty());
    assert_eq!(db::outbound::endpoints(&world.app.db, shop.id).await.expect("asked").len(), 1);
    let proved = world.post(&owner, "/account/prove", &[("password", crate::pages::support::PASSWORD), ("next", "/settings/tokens")]).await;
    assert_eq!(proved.header("location"), "/settings/tokens");
    let made = world.post(&owner, "/settings/tokens", &[("name", "x"), ("scope", "read")]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
}
