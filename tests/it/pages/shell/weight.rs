//! What a page weighs on the way to somebody who has never been here: itself and all that it links, as it is sent.

use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::{World, request};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::Role;
use comeback::web::pages::{self, Scope};
use scraper::{Html, Selector};
use std::collections::BTreeMap;

const WEIGHT_MAX: usize = 200_000; // bytes
/// Whoever opens an editor stays there for a while.
const EDITOR_MAX: usize = 400_000; // bytes

/// The addresses of ours that a browser loads for a page.
fn linked(page: &str) -> Vec<String> {
    let html = Html::parse_document(page);
    let selector = Selector::parse("link[href], script[src], img[src]").expect("a selector");
    let address = |e: scraper::ElementRef<'_>| e.attr("href").or_else(|| e.attr("src")).map(str::to_owned);
    html.select(&selector).filter_map(address).filter(|a| a.starts_with("/assets/")).collect()
}

#[actix_web::test]
async fn no_page_weighs_more_than_two_hundred_kilobytes_with_all_that_it_loads() {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let shopper = Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 2, end: End::Bought(9_900, 900) };
    let cart = story(&world, &shop, campaign, &shopper).await.cart.to_string();
    let template = comeback::db::templates::list(&world.app.db, shop.id).await.expect("templates")[0].id.to_string();
    let session = world.person(Role::Owner, None).await;
    let packed = async |path: &str| world.ask(request(Method::GET, Some(&session), path).insert_header(("accept-encoding", "gzip"))).await;
    let mut assets: BTreeMap<String, usize> = BTreeMap::new();
    let (mut heavy, mut weighed) = (Vec::new(), 0);
    for page in pages::all().filter(|p| p.method == Method::GET && p.scope != Scope::Public) {
        let id = match page.path.split('/').nth(1) {
            Some("carts") => &cart,
            Some("templates") => &template,
            _ => &campaign.to_string(),
        };
        let path = page.path.replace("{id}", id).replace("{kind}", "email");
        let answer = packed(&path).await;
        if path.contains('{') || answer.status != StatusCode::OK || !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let plain = world.get(Some(&session), &path).await.body;
        let mut weight = answer.bytes.len();
        for asset in linked(&plain) {
            if !assets.contains_key(&asset) {
                assets.insert(asset.clone(), packed(&asset).await.bytes.len());
            }
            weight += assets[&asset];
        }
        let max = if page.path.starts_with("/templates/{id}") { EDITOR_MAX } else { WEIGHT_MAX };
        if weight > max {
            heavy.push(format!("{path}: {weight} bytes, of which the page itself {}", answer.bytes.len()));
        }
        weighed += 1;
    }
    assert!(weighed > 20 && assets.len() > 5, "{weighed} pages and {assets:?} were weighed");
    assert!(heavy.is_empty(), "{heavy:#?}");
}
