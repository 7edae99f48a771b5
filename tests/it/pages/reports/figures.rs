//! Figures that leave: files, the page to print, the mail to look at, notes, costs of advertising.

use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::{World, assert_secured};
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::ad_costs;
use comeback::db;
use comeback::db::shops::Shop;
use scraper::{Html, Selector};

async fn lived() -> (World, Shop) {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    for (email, days_ago, end) in [
        ("a@shop.example", 8, End::Bought(123_400, 0)),
        ("b@shop.example", 9, End::Bought(50_000, 10_050)),
        ("c@shop.example", 40, End::Mailed),
    ] {
        story(&world, &shop, campaign, &Shopper { email, title: "Lamp", days_ago, end }).await;
    }
    (world, shop)
}

fn text(body: &str, css: &str) -> String {
    let page = Html::parse_document(body);
    let found = page
        .select(&Selector::parse(css).expect("a selector"))
        .map(|e| e.text().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(" ");
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn the_page_to_print_says_the_figures_their_meaning_and_when_and_by_what_it_was_made() {
    let (world, _) = lived().await;
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), "/reports/print?from=2026-07-01&to=2026-07-14").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_secured(&page, "print");
    assert_eq!(text(&page.body, "h1"), "Acme: recovered revenue");
    let headline = text(&page.body, ".headline tbody");
    assert!(headline.contains("Net recovered revenue 1,633.50 USD no data"), "{headline}");
    assert!(headline.contains("caused by the messages not enough data yet"), "{headline}");
    assert!(text(&page.body, "header p").contains("1 to 14 Jul 2026, compared with 17 to 30 Jun 2026"), "{}", text(&page.body, "header p"));
    assert_eq!(page.body.matches("src=\"data:image/png;base64,").count(), 2);
    assert!(text(&page.body, "footer").contains(&format!("Made on 15 Jul 2026, 08:00 by Comeback {}", env!("CARGO_PKG_VERSION"))));
    assert!(text(&page.body, "dl").contains("Gross less refunds."));
    let names = text(&page.body, "dt");
    assert!(names.contains("Carts abandoned") && names.contains("Caused by the messages") && !names.contains('_'), "{names}");
    let before = world.get(Some(&viewer), "/reports/print?from=2026-07-14&to=2026-07-01").await;
    assert_eq!(before.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", before.body);
    let nothing = world.get(Some(&viewer), "/reports/print?from=2020-01-01&to=2020-01-02").await;
    assert!(nothing.body.contains("No data yet") && nothing.body.contains("no data"), "never a silent zero");
}

#[actix_web::test]
async fn the_same_figures_leave_as_a_page_as_csv_and_as_parquet() {
    let (world, _) = lived().await;
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), "/reports?from=2026-07-01&to=2026-07-14").await;
    assert!(text(&page.body, "tfoot").contains("1,633.50"));
    let csv = world.get(Some(&viewer), "/reports/recovered.csv?from=2026-07-01&to=2026-07-14&by=day").await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"recovered-2026-07-01-2026-07-14.csv\"");
    assert!(csv.body.contains("\r\ntotal,Total,USD,2,2,2,1734.00,100.50,1633.50,0.00,") && csv.body.ends_with(",true\r\n"), "{}", csv.body);
    let parquet = world.get(Some(&viewer), "/reports/recovered.parquet").await;
    assert_eq!((parquet.status, parquet.header("content-type")), (StatusCode::OK, "application/vnd.apache.parquet"));
    assert!(parquet.body.starts_with("PAR1") && parquet.body.ends_with("PAR1"));
}

#[actix_web::test]
async fn every_report_leads_to_the_others_and_leaves_as_a_file() {
    let (world, _) = lived().await;
    let viewer = world.person(Role::Viewer, None).await;
    for (path, tables) in [
        ("/reports/lift", vec!["figures", "texts"]),
        ("/reports/attribution", vec!["ledger", "orders", "net"]),
        ("/reports/funnel", vec![""]),
        ("/reports/performance", vec![""]),
        ("/reports/buyers", vec![""]),
        ("/reports/cohorts", vec![""]),
    ] {
        let asked = format!("{path}?from=2026-07-01&to=2026-07-14");
        let page = world.get(Some(&viewer), &asked).await;
        let nav = text(&page.body, "nav[aria-label=Reports]");
        assert!(nav.contains("Recovered") && nav.contains("Lift") && nav.contains("Books"), "{path}: {nav}");
        for table in tables {
            let of = if table.is_empty() { String::new() } else { format!("&table={table}") };
            let csv = format!("{asked}&format=csv{of}");
            assert!(page.body.contains(&csv.replace('&', "&#38;")), "{path} has no link to {csv}");
            let file = world.get(Some(&viewer), &csv).await;
            assert_eq!(file.header("content-type"), "text/csv; charset=utf-8", "{csv}");
            assert!(file.header("content-disposition").ends_with("-2026-07-01-2026-07-14.csv\""), "{}", file.header("content-disposition"));
            assert!(file.body.starts_with("key,label,"), "{csv}: {}", file.body);
            let parquet = world.get(Some(&viewer), &csv.replace("csv", "parquet")).await;
            assert!(parquet.body.starts_with("PAR1"), "{csv}");
        }
        assert_eq!(world.get(Some(&viewer), &format!("{asked}&format=xlsx")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}

#[actix_web::test]
async fn somebody_sees_the_mail_before_they_choose_it_and_nothing_is_chosen_for_them() {
    let (world, shop) = lived().await;
    let owner = world.person(Role::Owner, None).await;
    let page = world.get(Some(&owner), "/reports/digest").await;
    assert!(page.body.contains("As an owner you may want") && !page.body.contains("checked"), "offered, not chosen");
    let mail = world.get(Some(&owner), "/reports/digest/preview?rhythm=monthly").await;
    assert_secured(&mail, "the mail");
    assert!(mail.header("content-security-policy").contains("sandbox"));
    assert!(mail.body.contains("data:image/png;base64,") && !mail.body.contains("cid:"), "pictures inside");
    assert!(text(&mail.body, "p").contains("1 to 30 Jun 2026, compared with 1 to 31 May 2026"), "{}", mail.body);
    let saved = world.post(&owner, "/reports/digest", &[("weekly", "on")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let wishes = db::digests::wishes(&world.app.db, shop.id).await.expect("wishes");
    assert_eq!(wishes.iter().map(|w| w.rhythm.as_str()).collect::<Vec<_>>(), ["weekly"]);
    assert_eq!(world.get(Some(&owner), "/reports/digest").await.body.matches("checked").count(), 1);
    world.post(&owner, "/reports/digest", &[]).await;
    assert!(db::digests::wishes(&world.app.db, shop.id).await.expect("wishes").is_empty());
    let now = world.post(&owner, "/reports/digest/send", &[("rhythm", "weekly")]).await;
    assert_eq!(now.status, StatusCode::CONFLICT, "{}", now.body);
    assert!(now.body.contains("o provider for e-mail is set up"), "{}", now.body);
}

#[actix_web::test]
async fn a_note_stands_on_its_page_and_on_the_overviews_axis_and_is_no_script() {
    let (world, _) = lived().await;
    let editor = world.person(Role::Editor, None).await;
    let hostile = "</script><img src=x onerror=alert(1)> Sale";
    let added = world.post(&editor, "/reports/annotations", &[("day", "2026-07-08"), ("note", hostile)]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = world.get(Some(&editor), "/reports/annotations").await;
    assert!(
        text(&page.body, ".marks").contains("8 Jul 2026, 12:00 note </script><img src=x onerror=alert(1)> Sale Remove"),
        "{}",
        text(&page.body, ".marks")
    );
    assert!(Html::parse_document(&page.body).select(&Selector::parse("[onerror]").expect("a selector")).next().is_none());
    let overview = world.get(Some(&editor), "/").await;
    let data = Html::parse_document(&overview.body)
        .select(&Selector::parse("[data-chart]").expect("a selector"))
        .next()
        .and_then(|e| e.value().attr("data-chart").map(str::to_owned))
        .expect("a chart");
    let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    let marks = data["marks"].as_array().expect("marks");
    assert!(marks.iter().any(|m| m["day"] == "2026-07-08" && m["kind"] == "note" && m["note"] == hostile), "{marks:?}");
    assert!(text(&overview.body, ".marks").contains("Sale"), "the list beneath says it in words");
    let empty = world.post(&editor, "/reports/annotations", &[("day", "2026-07-08"), ("note", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[actix_web::test]
async fn costs_stand_beside_what_they_brought_and_currencies_are_not_added_up() {
    let (world, shop) = lived().await;
    let viewer = world.person(Role::Viewer, None).await;
    let line = |cost: &str, currency: &str| {
        [("day", "2026-07-08"), ("utm_source", "google"), ("utm_campaign", "summer"), ("cost", cost), ("currency", currency)]
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect()
    };
    ad_costs::take(&world.app, shop.id, &[line("12.34", "USD"), line("5.00", "EUR")], "cli").await.expect("taken");
    let page = world.get(Some(&viewer), "/reports/ads").await;
    let table = text(&page.body, "tbody");
    assert!(table.contains("12.34 USD") && table.contains("5.00 EUR") && table.contains("no data"), "{table}");
    assert!(!table.contains("17.34"), "{table}");
    let csv = world.get(Some(&viewer), "/reports/ads.csv").await;
    assert!(csv.body.contains("google//summer,summer,USD,google,,12.34,,0,0.00,0,,false"), "{}", csv.body);
}
