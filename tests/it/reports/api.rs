//! Reports as programs ask for them; each answer is held against the API's document.

use super::recovered;
use crate::api::Client;
use crate::support::rig::both;
use crate::support::shopper::Shopper;
use comeback::app::access::Scope;

const PERIOD: &str = "from=2026-07-01&to=2026-07-31";

#[tokio::test]
async fn programs_get_every_report_and_the_carts_behind_its_lines() {
    both(|rig| async move {
        recovered(&rig, &Shopper::new("Jo", 1)).await;
        rig.tell("checkouts/update", &Shopper::new("Ann", 2).checkout(rig.app.now())).await;
        let c = Client::new(&rig, Scope::Read).await;
        for (path, name) in [
            ("funnel", "funnel"),
            ("buyers", "buyers"),
            ("cohorts?by=recovered", "cohorts"),
            ("performance?by=day&compare=before", "performance"),
        ] {
            let answer = c.get(&format!("/reports/{path}")).await.with(200);
            assert_eq!(answer["name"], name);
            assert!(!answer["definitions"].as_array().expect("definitions").is_empty());
        }
        let answer = c.get(&format!("/reports/performance?by=country&{PERIOD}")).await.with(200);
        assert_eq!(
            (&answer["from"], &answer["to"], &answer["lines"][0]["key"]),
            (&"2026-07-01".into(), &"2026-07-31".into(), &"US".into())
        );
        let columns: Vec<&str> = answer["columns"].as_array().expect("columns").iter().map(|c| c["key"].as_str().expect("a key")).collect();
        let cell = |key: &str| &answer["lines"][0]["cells"][columns.iter().position(|k| *k == key).expect("a column")];
        assert_eq!((cell("carts"), &cell("net")["amount"]), (&2.into(), &"50.00".into()));
        assert_eq!((&cell("recovery_rate")["numerator"], &cell("recovery_rate")["small"]), (&1.into(), &true.into()));
        let carts = c.get(&format!("/carts?{}", answer["lines"][0]["carts"].as_str().expect("a query"))).await.with(200);
        assert_eq!(carts["items"].as_array().expect("items").len(), 2);
        let clicked = c.get(&format!("/carts?{PERIOD}&reached=clicked,bought&channel=email&limit=1")).await.with(200);
        assert_eq!(clicked["items"][0]["state"], "recovered");
        let page = c.get(&format!("/carts?{PERIOD}&limit=1")).await.with(200);
        let next = page["next"].as_str().expect("a second page");
        let second = c.get(&format!("/carts?{PERIOD}&limit=1&cursor={next}")).await.with(200);
        assert!(second["items"][0]["id"] != page["items"][0]["id"] && second["next"].is_null());
        rig
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused_by_its_name() {
    both(|rig| async move {
        let c = Client::new(&rig, Scope::Read).await;
        for path in [
            "/reports/performance?by=mood",
            "/reports/funnel?by=day",
            "/reports/funnel?compare=yesterday",
            "/reports/buyers?compare=before",
            "/reports/cohorts?by=other",
            "/reports/funnel?from=2026-07-02&to=2026-07-01",
            "/reports/funnel?campaign=mine",
            "/carts?reached=everything",
            "/carts?country=US&q=jo@example.com",
            "/carts?from=soon",
        ] {
            assert_eq!(c.get(path).await.problem(400)["type"].as_str().map(|t| t.ends_with("invalid-parameter")), Some(true), "{path}");
        }
        rig
    })
    .await;
}
