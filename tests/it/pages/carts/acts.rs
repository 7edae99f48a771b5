//! What one may do about a cart, by role, and what the page says of it.

use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::{Answer, World};
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::db;
use scraper::{Html, Selector};

fn text(page: &Answer, selector: &str) -> String {
    let document = Html::parse_document(&page.body);
    let found: String = document.select(&Selector::parse(selector).expect("selector")).flat_map(|e| e.text().chain([" "])).collect();
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn editors_stop_a_cart_and_let_it_go_on_and_viewers_only_see_that_it_is() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let left = story(&world, &shop, campaign, &Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 0, end: End::Open }).await;
    let (viewer, editor) = (world.person(Role::Viewer, None).await, world.person(Role::Editor, None).await);
    let path = format!("/carts/{}", left.cart);
    let buttons = async |session: &str| text(&world.get(Some(session), &path).await, "main button");
    assert!(buttons(&editor).await.contains("Stop messages for this cart"));
    assert_eq!(buttons(&viewer).await, "");
    let stopped = world.post(&editor, &format!("{path}/stop"), &[]).await;
    assert_eq!((stopped.status, stopped.header("location")), (StatusCode::SEE_OTHER, format!("{path}?done=stopped#messages").as_str()));
    let page = world.get(Some(&viewer), &format!("{path}?done=stopped")).await;
    assert!(text(&page, ".notice").contains("Nothing is sent for this cart"));
    assert!(text(&page, "#messages ~ p").contains("Somebody of the store stopped"), "{}", text(&page, "main"));
    assert!(text(&page, ".timeline").contains("stopped by hand"));
    assert!(buttons(&editor).await.contains("Let messages go on"));
    assert_eq!(world.post(&editor, &format!("{path}/stop"), &[]).await.status, StatusCode::CONFLICT, "a stale click");
    assert_eq!(world.post(&editor, &format!("{path}/go-on"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.post(&editor, &format!("{path}/send-now"), &[]).await.status, StatusCode::CONFLICT, "nothing waits");
    let audit = db::access::audit_list(&world.app.db, shop.id, None, 20).await.expect("audit");
    let acts: Vec<&str> = audit.iter().map(|a| a.action.as_str()).filter(|a| a.starts_with("cart.")).collect();
    assert_eq!(acts, ["cart.go_on", "cart.stop"]);
}

#[actix_web::test]
async fn an_owner_is_told_what_goes_and_what_stays_and_must_say_that_they_are_sure() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let left = story(&world, &shop, campaign, &Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 1, end: End::Mailed }).await;
    let (editor, owner) = (world.person(Role::Editor, None).await, world.person(Role::Owner, None).await);
    let path = format!("/carts/{}", left.cart);
    assert!(!world.get(Some(&editor), &path).await.body.contains(&format!("{path}/erase")));
    let page = world.get(Some(&owner), &format!("{path}/erase")).await;
    let shown = text(&page, "main");
    for words in ["This erases a•••@shop.example with their cart.", "What goes", "What stays", "This can't be undone."] {
        assert!(shown.contains(words), "{words:?} in {shown}");
    }
    let unsure = world.post(&owner, &format!("{path}/erase"), &[]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(text(&unsure, ".fault"), "Tick the box if you are sure.");
    let erased = world.post(&owner, &format!("{path}/erase"), &[("sure", "yes")]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.body);
    let page = world.get(Some(&owner), &path).await;
    assert!(text(&page, "h1").contains("erased") && !page.body.contains("shop.example"), "{}", text(&page, "main"));
    assert_eq!(world.get(Some(&owner), &format!("{path}/erase")).await.status, StatusCode::CONFLICT, "it is done");
}

#[actix_web::test]
async fn a_cart_that_was_bought_shows_its_order() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let left =
        story(&world, &shop, campaign, &Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 1, end: End::Bought(9_900, 900) })
            .await;
    let mut tx = world.app.db.begin().await.expect("transaction");
    let mut cart = db::carts::load(&mut tx, shop.id, &[left.cart.0]).await.expect("cart").remove(0);
    let orders = db::lists::orders(&world.app.db, shop.id, None, 5).await.expect("orders");
    let rows = db::orders::by_platform_ids(&mut tx, shop.id, &[orders[0].platform_id.as_str()]).await.expect("orders");
    cart.facts.link_order(&rows[0].facts, true);
    db::carts::save(&mut tx, shop.id, &[&cart], world.app.now()).await.expect("linked");
    tx.commit().await.expect("commit");
    let viewer = world.person(Role::Viewer, None).await;
    let shown = text(&world.get(Some(&viewer), &format!("/carts/{}", left.cart)).await, "[aria-labelledby=orders]");
    for words in ["#1001", "99.00 USD", "0.00 USD"] {
        assert!(shown.contains(words), "{words:?} in {shown}");
    }
}
