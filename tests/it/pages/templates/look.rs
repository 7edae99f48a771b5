//! The store's colour and logo, and where its shoppers see them.

use super::support::text;
use crate::pages::support::{World, request};
use actix_web::http::{Method, StatusCode};
use actix_web::test::{call_service, init_service, read_body};
use comeback::app::access::Role;
use comeback::app::shop_look;
use comeback::db;
use comeback::db::looks::LogoRow;
use comeback::web;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

#[actix_web::test]
async fn a_colour_is_kept_and_served_so_that_it_can_be_read() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let saved = world.post(&editor, "/templates/look", &[("colour", "FFEE00"), ("logo", "")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(db::looks::get(&world.app.db, shop.id).await.expect("asked").colour.as_deref(), Some("#ffee00"));
    let refused = world.post(&editor, "/templates/look", &[("colour", "yellow"), ("logo", "http://127.0.0.1/x.png")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&refused, "#colour-fault").contains("#1d4ed8") && text(&refused, "#logo-fault").contains("not https"), "{}", refused.body);
    assert!(refused.body.contains("value=\"yellow\""), "what was typed isn't lost");
    let app = actix_web::App::new().app_data(world.app.clone()).configure(web::routes);
    let service = init_service(app).await;
    let sheet = call_service(&service, request(Method::GET, None, "/brand/ffee00.css").to_request()).await;
    assert_eq!(sheet.headers().get("content-type").and_then(|v| v.to_str().ok()), Some("text/css; charset=utf-8"));
    let sheet = String::from_utf8(read_body(sheet).await.to_vec()).expect("text");
    assert!(sheet.contains("--cb-accent: #ffee00") && sheet.contains("--cb-on-accent: #000000"), "black on yellow: {sheet}");
    for bad in ["/brand/red.css", "/brand/x/1", "/brand/ffee00ff.css"] {
        assert_eq!(call_service(&service, request(Method::GET, None, bad).to_request()).await.status(), StatusCode::NOT_FOUND, "{bad}");
    }
}

#[actix_web::test]
async fn a_logo_is_given_by_this_program_and_by_nobody_else() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let logo = LogoRow { logo: PNG.to_vec(), logo_kind: "image/png".into() };
    let mut tx = world.app.db.begin().await.expect("transaction");
    db::looks::set_logo(&mut tx, shop.id, Some(("https://acme.example/logo.png", &logo)), world.app.now()).await.expect("set");
    tx.commit().await.expect("commit");
    let page = world.get(Some(&editor), "/templates/look").await;
    let address = page.body.split('"').find(|a| a.starts_with(&format!("/brand/{}/", shop.id))).expect("its address").to_owned();
    assert!(page.body.contains("value=\"https://acme.example/logo.png\""));
    let app = actix_web::App::new().app_data(world.app.clone()).configure(web::routes);
    let service = init_service(app).await;
    let picture = call_service(&service, request(Method::GET, None, &address).to_request()).await;
    assert_eq!(picture.headers().get("content-type").and_then(|v| v.to_str().ok()), Some("image/png"));
    assert_eq!(read_body(picture).await, PNG);
    let forged = call_service(&service, request(Method::GET, None, "/r/forged").to_request()).await;
    assert_eq!(forged.status(), StatusCode::NOT_FOUND);
    shop_look::set_logo(&world.app, shop.id, None, "story").await.expect("taken away");
    assert_eq!(call_service(&service, request(Method::GET, None, &address).to_request()).await.status(), StatusCode::NOT_FOUND);
}
