//! Carts in the reports: each story's figures are counted by hand.

use super::{PERSON, asked, cell, cell_of, count, line, minutes, money, planted, ratio, recovered, report};
use crate::support::rig::{Rig, both};
use crate::support::shopper::{Shopper, with};
use comeback::app::links::{Given, Opened, Program, open};
use comeback::app::reports::{carts_behind, carts_of};
use comeback::app::{ingest, rollups};
use comeback::domain::report::figure::Dimension;
use comeback::domain::report::table::Cell;
use jiff::SignedDuration;
use serde_json::json;

/// Every breakdown that has a line with money in these stories.
const WITH_MONEY: [&str; 9] = ["campaign", "step", "channel", "arm", "shopper", "country", "language", "product", "price_tier"];

/// Jo was recovered, Ann got a mail and stayed away, Kim bought at once, and nobody knows whose the last checkout is.
async fn four(rig: &Rig) {
    recovered(rig, &Shopper::new("Jo", 1)).await;
    let kim = Shopper::new("Kim", 3);
    rig.tell("checkouts/update", &kim.checkout(rig.app.now())).await;
    rig.tell("orders/create", &kim.order(rig.app.now())).await;
    let (ann, pat) = (Shopper::new("Ann", 2), Shopper::new("Pat", 4));
    rig.tell("checkouts/update", &with(ann.checkout(rig.app.now()), json!({"customer_locale": "de-AT"}))).await;
    rig.tell("checkouts/update", &pat.anonymous(rig.app.now())).await;
    rig.pass(minutes(75)).await;
}

#[tokio::test]
async fn the_funnel_counts_each_step_whenever_it_was_reached() {
    both(|rig| async move {
        four(&rig).await;
        let funnel = report(&rig, "funnel", "").await;
        let carts: Vec<i64> = ["checkout", "identified", "abandoned", "nudged", "delivered", "clicked", "bought", "recovered"]
            .map(|step| count(&funnel, step, "carts"))
            .into();
        // Pat is nobody. Kim bought without leaving. Jo's click shows that her mail arrived.
        assert_eq!(carts, [4, 3, 3, 2, 1, 1, 2, 1], "{}", rig.engine);
        assert_eq!(ratio(&funnel, "bought", "of_first"), (2, 4));
        assert_eq!(ratio(&funnel, "bought", "of_before"), (1, 1), "Jo opened the link and bought");
        assert_eq!(ratio(&funnel, "abandoned", "of_before"), (2, 3), "of Jo, Kim and Ann: Pat left without a name");
        assert_eq!(funnel.counting, 0);
        rig
    })
    .await;
}

#[tokio::test]
async fn each_breakdown_tells_of_the_same_carts_and_a_refund_moves_net_in_all_of_them() {
    both(|rig| async move {
        four(&rig).await;
        let total = report(&rig, "performance", "campaign").await;
        assert_eq!(
            ["carts", "abandoned", "nudged", "messages", "recovered", "orders"].map(|c| count(&total, "total", c)),
            [4, 3, 2, 2, 1, 1]
        );
        assert_eq!(ratio(&total, "total", "abandonment_rate"), (3, 4));
        assert_eq!(ratio(&total, "total", "recovery_rate"), (1, 3));
        assert_eq!(ratio(&total, "total", "order_rate"), (1, 2));
        let whole = line(&total, "total", None);
        assert_eq!(money(&total, whole, "per_recipient"), (2500, "USD".into()), "50.00 over the two with a message");
        assert_eq!(money(&total, whole, "left_behind"), (15_000, "USD".into()), "three carts of 50.00");
        let languages = report(&rig, "performance", "language").await;
        assert_eq!((count(&languages, "en", "carts"), count(&languages, "de", "carts")), (3, 1));
        let days = report(&rig, "performance", "day").await;
        assert_eq!(count(&days, "2026-07-01", "carts"), 4);
        rig.tell("refunds/create", &Shopper::new("Jo", 1).refund(77, "30.00", rig.app.now())).await;
        for by in WITH_MONEY.into_iter().chain(["day"]) {
            let answer = report(&rig, "performance", by).await;
            for whole in [&answer.table.totals[0], &answer.table.lines[0]] {
                let figures = ["gross", "refunds", "net", "average_order"].map(|column| money(&answer, whole, column).0);
                assert_eq!(figures, [5000, 3000, 2000, 2000], "{}: {by}", rig.engine);
            }
        }
        rig
    })
    .await;
}

#[tokio::test]
async fn a_scanners_click_counts_for_nobody() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(minutes(75)).await;
        let (token, _) = rig.links();
        let scanner = Program::named("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
        open(&rig.app, &Opened { link: Given::Token(&token), by: scanner }).await.expect("a link");
        rig.settle().await;
        assert_eq!(ratio(&report(&rig, "performance", "channel").await, "email", "click_rate"), (0, 1));
        assert_eq!(count(&report(&rig, "funnel", "").await, "delivered", "carts"), 0);
        rig.clock.advance(minutes(5));
        open(&rig.app, &Opened { link: Given::Token(&token), by: Program::named(PERSON) }).await.expect("a link");
        assert_eq!(ratio(&report(&rig, "performance", "channel").await, "email", "click_rate"), (1, 1));
        rig
    })
    .await;
}

#[tokio::test]
async fn an_order_of_another_currency_stands_in_a_line_of_its_own() {
    both(|rig| async move {
        recovered(&rig, &Shopper::new("Jo", 1)).await;
        recovered(&rig, &Shopper { currency: "EUR", ..Shopper::new("Eva", 2) }).await;
        let answer = report(&rig, "performance", "channel").await;
        for key in ["email", "total"] {
            let (own, other) = (line(&answer, key, Some("USD")), line(&answer, key, Some("EUR")));
            assert_eq!(money(&answer, own, "net"), (5000, "USD".into()), "{}: {key}", rig.engine);
            assert_eq!(money(&answer, other, "net"), (5000, "EUR".into()), "{}: {key}", rig.engine);
            assert_eq!(cell_of(&answer, own, "recovered"), &Cell::Count(2), "carts are no money: they stand in one line");
            assert_eq!(cell_of(&answer, other, "recovered"), &Cell::None);
        }
        rig
    })
    .await;
}

#[tokio::test]
async fn a_cart_that_turned_out_to_be_another_counts_once_with_all_that_both_had() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("carts/create", &jo.cart(rig.app.now())).await;
        rig.clock.advance(minutes(1));
        rig.tell("checkouts/create", &with(jo.checkout(rig.app.now()), json!({"cart_token": null, "abandoned_checkout_url": null}))).await;
        assert_eq!(count(&report(&rig, "performance", "").await, "total", "carts"), 2);
        rig.clock.advance(minutes(1));
        recovered(&rig, &jo).await;
        let answer = report(&rig, "performance", "").await;
        assert_eq!(["carts", "messages", "recovered", "orders"].map(|c| count(&answer, "total", c)), [1, 1, 1, 1], "{}", rig.engine);
        assert_eq!(money(&answer, line(&answer, "total", None), "net").0, 5000);
        rig
    })
    .await;
}

#[tokio::test]
async fn a_report_that_is_asked_for_right_after_a_webhook_knows_of_it() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.post("checkouts/update", "just-now", &jo.checkout(rig.app.now()).to_string()).await.expect("accepted");
        ingest::apply_due(&rig.app).await.expect("applied");
        let answer = report(&rig, "performance", "country").await;
        assert_eq!((count(&answer, "US", "carts"), answer.counting), (1, 0));
        rig
    })
    .await;
}

#[tokio::test]
async fn a_ratio_stands_beside_that_of_as_many_days_before() {
    both(|rig| async move {
        rig.tell("checkouts/update", &Shopper::new("Ann", 2).checkout(rig.app.now())).await;
        rig.pass(SignedDuration::from_hours(48)).await;
        recovered(&rig, &Shopper::new("Jo", 1)).await;
        let answer = asked(&rig, ("performance", "channel"), ("2026-07-03", "2026-07-04"), true).await;
        assert_eq!(answer.compared.map(|(from, to)| (from.to_string(), to.to_string())), Some(("2026-07-01".into(), "2026-07-02".into())));
        assert_eq!((ratio(&answer, "email", "order_rate"), ratio(&answer, "email", "rate_before")), ((1, 1), (0, 1)));
        let Cell::Estimate(change) = cell(&answer, "email", "change") else { panic!("a change") };
        assert!((change.estimate - 100.0).abs() < 1e-9 && change.low < 100.0, "{change:?}");
        assert_eq!(money(&answer, line(&answer, "email", None), "net_before").0, 0);
        let funnel = asked(&rig, ("funnel", ""), ("2026-07-03", "2026-07-04"), true).await;
        assert_eq!((ratio(&funnel, "clicked", "of_first"), ratio(&funnel, "clicked", "of_first_before")), ((1, 1), (0, 1)));
        rig
    })
    .await;
}

#[tokio::test]
async fn when_a_store_moves_to_another_zone_its_days_are_counted_anew() {
    both(|rig| async move {
        // 02:30 on the second in New York's clock is half past eight on the first in Honolulu.
        rig.clock.set("2026-07-02T06:30:00Z".parse().expect("an instant"));
        rig.tell("checkouts/update", &Shopper::new("Jo", 1).checkout(rig.app.now())).await;
        assert_eq!(count(&report(&rig, "performance", "day").await, "2026-07-02", "carts"), 1);
        planted(&rig, "UPDATE shops SET timezone = 'Pacific/Honolulu'").await;
        rig.settle().await;
        let days = report(&rig, "performance", "day").await;
        assert_eq!((count(&days, "2026-07-01", "carts"), days.table.lines.len()), (1, 1), "{}", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn what_was_counted_by_other_rules_is_counted_anew() {
    both(|rig| async move {
        four(&rig).await;
        let before = report(&rig, "performance", "product").await.table;
        planted(&rig, "UPDATE report_states SET rules_version = 0").await;
        planted(&rig, "UPDATE rollups SET carts = carts + 7").await;
        planted(&rig, "DELETE FROM report_carts").await;
        while rollups::count_due(&rig.app).await.expect("counted") > 0 {}
        assert_eq!(report(&rig, "performance", "product").await.table, before, "{}", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn whoever_is_erased_stays_in_the_figures_and_is_named_by_none() {
    both(|rig| async move {
        four(&rig).await;
        let before = report(&rig, "performance", "channel").await.table;
        let jo = Shopper::new("Jo", 1);
        rig.tell(
            "customers/redact",
            &json!({"shop_domain": rig.shop.domain, "customer": {"id": jo.customer, "email": jo.email, "phone": jo.phone}}),
        )
        .await;
        let after = report(&rig, "performance", "channel").await.table;
        assert_eq!(after, before, "{}", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn behind_every_line_stand_as_many_carts_as_it_counts() {
    both(|rig| async move {
        four(&rig).await;
        let breakdowns = Dimension::OF_REPORTS.map(Dimension::as_str).into_iter().chain(["day"]).map(|by| ("performance", by));
        let mut looked_at = 0;
        for (name, by) in breakdowns.chain([("funnel", "")]) {
            let answer = report(&rig, name, by).await;
            for line in answer.table.lines.iter().chain(&answer.table.totals) {
                let column = if matches!(by, "step" | "channel" | "variant") { "nudged" } else { "carts" };
                let Cell::Count(expected) = cell_of(&answer, line, column) else { continue };
                // The total of messages' breakdowns is of all carts.
                if column == "nudged" && line.key == "total" {
                    continue;
                }
                let path = line.carts.as_deref().expect("a list");
                assert_eq!(listed(&rig, path).await, *expected, "{}: {path}", rig.engine);
                looked_at += 1;
            }
        }
        assert!(looked_at > 30, "{looked_at}");
        rig
    })
    .await;
}

/// How many carts an address lists.
async fn listed(rig: &Rig, path: &str) -> i64 {
    let query = path.strip_prefix("/carts?").expect("the list of carts");
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |name: &'static str| fields.iter().find(|f| f.0 == name).map(|f| f.1.as_str());
    let of = carts_of(&rig.shop, get).expect("understood").expect("something of a report");
    let rows = carts_behind(&rig.app, &rig.shop, of, None, 200).await.expect("carts");
    i64::try_from(rows.len()).expect("few")
}
