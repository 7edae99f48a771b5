//! The pages about money: what counts as revenue, and the platform's books.

use crate::pages::support::{Answer, World};
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::{money, reconcile};
use jiff::SignedDuration;
use scraper::{Html, Selector};

fn text(page: &Answer) -> String {
    let document = Html::parse_document(&page.body);
    let found: String = document.select(&Selector::parse("main").expect("selector")).flat_map(|e| e.text().chain([" "])).collect();
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn what_counts_as_revenue_is_set_by_its_form_and_said_on_every_page_with_money() {
    let (world, shop) = World::with_shop().await;
    let (editor, viewer) = (world.person(Role::Editor, None).await, world.person(Role::Viewer, None).await);
    let with_all = "with tax and shipping";
    for path in ["/settings/money", "/", "/reports", "/reports/books"] {
        assert!(text(&world.get(Some(&viewer), path).await).contains(with_all), "{path}");
    }
    assert_eq!(world.post(&viewer, "/settings/money", &[]).await.status, StatusCode::FORBIDDEN);
    let answer = world.post(&editor, "/settings/money", &[("shipping", "on")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let set = money::get(&world.app, shop.id).await.expect("asked");
    assert_eq!((set.basis.basis.tax_included, set.basis.basis.shipping_included), (false, true));
    for path in ["/settings/money", "/", "/reports", "/reports/books"] {
        assert!(text(&world.get(Some(&viewer), path).await).contains("without tax"), "{path}");
    }
}

#[actix_web::test]
async fn the_books_say_what_differs_why_and_what_to_do_and_the_overview_points_to_them() {
    let (world, shop) = World::with_shop().await;
    let (editor, viewer) = (world.person(Role::Editor, None).await, world.person(Role::Viewer, None).await);
    assert!(text(&world.get(Some(&viewer), "/reports/books").await).contains("No comparison yet"));
    let export = "Name,Financial Status,Currency,Total,Created at,Refunded Amount,Outstanding Balance,Id\n#1001,paid,USD,50.00,2026-07-14 12:00:00 +0000,0.00,0.00,4501\n";
    let period = (world.app.now() - SignedDuration::from_hours(72), world.app.now());
    reconcile::compare_now(&world.app, &shop, period, (Some(export.as_bytes()), "test")).await.expect("compared");
    let page = text(&world.get(Some(&editor), "/reports/books").await);
    for words in
        ["0 of 1 orders", "#1001", "Not known here", "Its webhook never came", "All in USD", "Take in what the books say", "export"]
    {
        assert!(page.contains(words), "{words:?} is missing in: {page}");
    }
    assert!(!text(&world.get(Some(&viewer), "/reports/books").await).contains("Take in what the books say"), "who may only look");
    let overview = text(&world.get(Some(&viewer), "/").await);
    assert!(overview.contains("books know more than was told here: 1 differences") && overview.contains("Open the books"), "{overview}");
    // Without access nothing can be asked: the page says so.
    let refused = world.post(&editor, "/reports/books", &[("from", "2026-07-01"), ("to", "2026-07-02")]).await;
    assert!(refused.status.is_client_error() && refused.body.contains("comeback shop access"), "{}", refused.body);
}
