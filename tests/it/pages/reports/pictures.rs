//! Pictures of reports: they say in words what they draw, lead to the carts behind them, and draw what the table says.

use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::{Answer, World};
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::journeys;
use comeback::domain::attribution::Model;
use scraper::{ElementRef, Html, Selector};

fn select(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

fn words(e: ElementRef<'_>) -> String {
    e.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn all(page: &Answer, css: &str) -> Vec<String> {
    Html::parse_document(&page.body).select(&select(css)).map(words).collect()
}

fn widths(page: &Answer, css: &str) -> Vec<f64> {
    let page = Html::parse_document(&page.body);
    page.select(&select(css)).map(|e| e.value().attr("width").expect("a width").parse().expect("a number")).collect()
}

/// Two shoppers came back by the mail, for 60.00 and 40.00; two didn't; one is still at the checkout.
async fn lived() -> (World, String) {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    for (email, end) in [
        ("a@shop.example", End::Bought(6_000, 0)),
        ("b@shop.example", End::Bought(5_000, 1_000)),
        ("c@shop.example", End::Mailed),
        ("d@shop.example", End::Mailed),
        ("e@shop.example", End::Open),
    ] {
        story(&world, &shop, campaign, &Shopper { email, title: "Lamp", days_ago: 5, end }).await;
    }
    while journeys::keep_due(&world.app).await.expect("kept") > 0 {}
    let viewer = world.person(Role::Viewer, None).await;
    (world, viewer)
}

const PERIOD: &str = "from=2026-07-01&to=2026-07-15";

#[actix_web::test]
async fn the_funnels_bars_are_as_long_as_their_counts_and_tell_how_many_went_on() {
    let (world, viewer) = lived().await;
    let page = world.get(Some(&viewer), &format!("/reports/funnel?{PERIOD}&compare=before")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let names = all(&page, ".picture .name");
    assert_eq!(names.first().map(String::as_str), Some("Checkout begun"));
    // Of five checkouts four were left and written to; two were opened by a person and bought.
    let bars = widths(&page, ".picture .fill");
    let of = |name: &str| bars[names.iter().position(|n| n == name).expect("a step")];
    for (step, share) in [("Checkout begun", 100.0), ("Message sent", 80.0), ("Link opened by a person", 40.0)] {
        assert!((of(step) - share).abs() < 0.01, "{step}: {}", of(step));
    }
    assert!(all(&page, ".picture .between").contains(&"50.0 % went on".to_owned()), "{:?}", all(&page, ".picture .between"));
    let page = Html::parse_document(&page.body);
    assert!(page.select(&select(".picture .name a[href*='/carts?']")).count() >= 8, "every bar leads to its carts");
    assert_eq!(page.select(&select(".picture [style], .picture svg:not([aria-hidden=true])")).count(), 0, "words say what is drawn");
}

#[actix_web::test]
async fn net_stands_on_an_axis_of_time_beside_the_period_before_and_by_line() {
    let (world, viewer) = lived().await;
    for path in ["/reports", "/reports/performance"] {
        let page = world.get(Some(&viewer), &format!("{path}?{PERIOD}&compare=before")).await;
        let document = Html::parse_document(&page.body);
        let data = document.select(&select("[data-chart]")).next().and_then(|e| e.value().attr("data-chart")).expect("a chart");
        let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
        let sum = |of: &str| {
            data[of].as_array().expect("days").iter().map(|n| n.as_str().expect("a number").parse::<f64>().expect("a number")).sum::<f64>()
        };
        assert_eq!((sum("net"), sum("before")), (100.0, 0.0), "{path}");
        assert_eq!(data["net"].as_array().map(Vec::len), Some(15), "{path}");
        let said = all(&page, ".picture .said").join(" ");
        assert!(said.contains("100.00 USD"), "{path}: {said}");
    }
}

#[actix_web::test]
async fn every_model_has_a_bar_and_what_it_comes_to() {
    let (world, viewer) = lived().await;
    let page = world.get(Some(&viewer), &format!("/reports/attribution?{PERIOD}")).await;
    let names = all(&page, ".picture .name");
    for model in Model::ALL {
        assert!(names.contains(&model.label().to_owned()), "{model:?} in {names:?}");
    }
    assert!(widths(&page, ".picture .fill").iter().all(|w| (0.0..=100.0).contains(w)));
}

#[actix_web::test]
async fn what_can_not_be_told_yet_has_no_picture_and_says_so() {
    let (world, viewer) = lived().await;
    let lift = world.get(Some(&viewer), &format!("/reports/lift?{PERIOD}")).await;
    assert_eq!((lift.status, all(&lift, ".picture").len()), (StatusCode::OK, 0));
    assert!(lift.body.contains("not enough data yet") || lift.body.contains("nobody to compare with"), "{}", lift.body);
    for path in ["/reports/funnel", "/reports/performance", "/reports/cohorts", "/reports/buyers", "/reports"] {
        let empty = world.get(Some(&viewer), &format!("{path}?from=2020-01-01&to=2020-01-05")).await;
        assert_eq!((empty.status, all(&empty, ".picture").len()), (StatusCode::OK, 0), "{path}");
        assert!(empty.body.contains("No data yet"), "{path}");
    }
}

#[actix_web::test]
async fn reports_and_their_definitions_are_read_in_german() {
    let (world, viewer) = lived().await;
    let request = crate::pages::support::request(actix_web::http::Method::GET, Some(&viewer), &format!("/reports/funnel?{PERIOD}"));
    let page = world.ask(request.insert_header(("accept-language", "de"))).await;
    assert!(all(&page, "h1").contains(&"Trichter".to_owned()), "{:?}", all(&page, "h1"));
    assert_eq!(all(&page, ".picture .name").first().map(String::as_str), Some("Checkout begonnen"));
    assert!(all(&page, "thead th").contains(&"Vom ersten Schritt".to_owned()), "{:?}", all(&page, "thead th"));
    assert!(all(&page, ".definitions dd").len() > 3);
    assert_eq!(all(&page, "[lang=en]"), Vec::<String>::new());
}
