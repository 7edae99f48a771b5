//! The list of carts, filtered by everything at once.

use crate::pages::seed::{End, Left, Shopper, publish, story};
use crate::pages::support::{Answer, World, request};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::Role;
use comeback::app::explain::{self, Decided};
use comeback::db::shops::Shop;
use comeback::domain::ids::CampaignId;
use jiff::SignedDuration;
use scraper::{Html, Selector};

fn all(page: &Answer, selector: &str) -> Vec<String> {
    let document = Html::parse_document(&page.body);
    let words = |e: scraper::ElementRef<'_>| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    document.select(&Selector::parse(selector).expect("selector")).map(words).collect()
}

fn hrefs(page: &Answer, selector: &str) -> Vec<String> {
    let document = Html::parse_document(&page.body);
    document.select(&Selector::parse(selector).expect("selector")).filter_map(|e| e.attr("href").map(str::to_owned)).collect()
}

/// Whose carts are listed, by the first letter of their addresses.
fn listed(page: &Answer) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    all(page, "tbody th").iter().map(|who| who.chars().next().unwrap_or('?')).collect()
}

/// Ann is at the checkout, Bob got a mail two days ago, Cid got one five days ago and bought, Dan's may have arrived: each worth 99.00 USD. Bob's was postponed.
async fn carts() -> (World, Shop, CampaignId, Vec<Left>) {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let mut left = Vec::new();
    for (email, days_ago, end) in [
        ("ann@shop.example", 0, End::Open),
        ("bob@shop.example", 2, End::Mailed),
        ("cid@shop.example", 5, End::Bought(9_900, 0)),
        ("dan@shop.example", 3, End::Doubtful),
    ] {
        left.push(story(&world, &shop, campaign, &Shopper { email, title: "Lamp", days_ago, end }).await);
    }
    let mut tx = world.app.db.begin().await.expect("transaction");
    let why = "it is night where the shopper is".to_owned();
    let decided = Decided { cart: left[0].cart, nudge: None, outcome: "not_planned", rule: "quiet_hours", why, inputs: "{}".into() };
    explain::record(&world.app, &mut tx, shop.id, world.app.now(), decided).await.expect("recorded");
    tx.commit().await.expect("commit");
    (world, shop, campaign, left)
}

#[actix_web::test]
async fn every_filter_finds_its_carts_and_together_they_find_those_that_fit_all() {
    let (world, _, campaign, _) = carts().await;
    let viewer = world.person(Role::Viewer, None).await;
    let check = async |query: &str, expected: &str| {
        let page = world.get(Some(&viewer), &format!("/carts?{query}")).await;
        assert_eq!(listed(&page), expected, "{query}");
    };
    check("", "abdc").await;
    check("state=open", "a").await;
    check("message=unknown", "d").await;
    check(&format!("in={campaign}"), "bdc").await;
    check("why=quiet_hours", "a").await;
    check("min=99&max=99", "abdc").await;
    check("min=99.01", "").await;
    check("max=98,99", "").await;
    // Noon in New York on 15 July.
    check("begun_from=2026-07-13&begun_to=2026-07-13", "b").await;
    check("begun_to=2026-07-12", "dc").await;
    check("active_from=2026-07-12&active_to=2026-07-13", "bd").await;
    check(&format!("in={campaign}&state=abandoned&begun_from=2026-07-13&min=50"), "b").await;
    check(&format!("in={campaign}&message=unknown&max=50"), "").await;
    check("why=quiet_hours&state=open&active_from=2026-07-15", "a").await;
    check("why=no_such_rule", "").await;
}

#[actix_web::test]
async fn each_filter_can_be_taken_away_alone_or_all_at_once_and_the_count_is_told() {
    let (world, _, campaign, _) = carts().await;
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), &format!("/carts?state=abandoned&in={campaign}&min=50")).await;
    let chips = all(&page, ".chips a");
    assert_eq!(chips, ["in “Checkout recovery” ×", "at least 50 USD ×", "abandoned ×", "Clear all"]);
    let without = hrefs(&page, ".chips a");
    assert_eq!(without[1], format!("/carts?state=abandoned&in={campaign}"));
    assert_eq!(without[3], "/carts");
    assert!(all(&page, "section > p.muted").contains(&"2 carts".to_owned()), "{:?}", all(&page, "section > p.muted"));
    assert_eq!(all(&page, ".pills [aria-current]"), ["abandoned"]);
    // A link to a state keeps what else is looked for.
    assert!(hrefs(&page, ".pills a").contains(&format!("/carts?state=open&in={campaign}&min=50")));
    let words = all(&world.get(Some(&viewer), "/carts").await, "td[data-label='Last word']");
    assert_eq!(words[0], "quiet hours", "{words:?}");
}

#[actix_web::test]
async fn what_cannot_be_read_is_said_beside_its_field_and_a_form_leaves_no_empty_fields_in_the_address() {
    let (world, ..) = carts().await;
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), "/carts?min=much&begun_from=2026-07-10&begun_to=2026-07-01").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(all(&page, ".fault"), ["Give an amount in USD, as in 49.90.", "That is before the first day."]);
    assert!(page.body.contains("value=\"much\""), "the form is as it was typed");
    let sent =
        world.get(Some(&viewer), "/carts?state=open&why=&message=&in=&min=&max=&begun_from=&begun_to=&active_from=&active_to=").await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/carts?state=open"));
}

#[actix_web::test]
async fn new_carts_are_told_above_the_list_and_move_nothing() {
    let (world, shop, campaign, _) = carts().await;
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), "/carts?min=50").await;
    let document = Html::parse_document(&page.body);
    let place = document.select(&Selector::parse(".fresh").expect("selector")).next().expect("a place for news");
    let ask = place.attr("data-hx-get").expect("asked there").to_owned();
    let asked = async || world.ask(request(Method::GET, Some(&viewer), &ask).insert_header(("HX-Request", "true"))).await;
    assert_eq!(all(&asked().await, "a"), Vec::<String>::new());
    world.advance(SignedDuration::from_hours(4));
    story(&world, &shop, campaign, &Shopper { email: "eve@shop.example", title: "Lamp", days_ago: 0, end: End::Open }).await;
    let news = asked().await;
    assert_eq!((all(&news, "a"), hrefs(&news, "a")), (vec!["1 new cart: show it".to_owned()], vec!["/carts?min=50".to_owned()]));
    let opened = world.get(Some(&viewer), &ask).await;
    assert_eq!((opened.status, opened.header("location")), (StatusCode::SEE_OTHER, "/carts?min=50"), "as a page it is the list");
}
