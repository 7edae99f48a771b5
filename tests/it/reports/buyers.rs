//! Buyers in the reports: what they did after the order that they count from, counted by hand.

use super::{asked, cell, count, line, money, ratio, recovered};
use crate::support::rig::{Rig, both};
use crate::support::shopper::{Shopper, with};
use comeback::domain::report::table::Cell;
use jiff::SignedDuration;
use serde_json::json;

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

/// Jo is recovered on the first of July and buys again 19 days later; Kim buys on the same day and again 40 days later.
async fn two_buyers(rig: &Rig) {
    let (jo, kim) = (Shopper::new("Jo", 1), Shopper::new("Kim", 2));
    recovered(rig, &jo).await;
    rig.tell("orders/create", &kim.order(rig.app.now())).await;
    rig.clock.advance(days(19));
    rig.tell("orders/create", &with(jo.again(11).order(rig.app.now()), json!({"cart_token": null, "checkout_token": null}))).await;
    rig.clock.advance(days(21));
    rig.tell("orders/create", &with(kim.again(12).order(rig.app.now()), json!({"cart_token": null, "checkout_token": null}))).await;
    // A test is nobody's order.
    rig.tell("orders/create", &with(kim.again(13).order(rig.app.now()), json!({"test": true}))).await;
    rig.clock.advance(days(60));
}

#[tokio::test]
async fn recovered_buyers_stand_beside_others_within_the_same_days() {
    both(|rig| async move {
        two_buyers(&rig).await;
        let answer = asked(&rig, ("buyers", ""), ("2026-07-01", "2026-07-31"), false).await;
        let of = |key: &str| {
            (count(&answer, key, "buyers"), ratio(&answer, key, "repeat_rate"), money(&answer, line(&answer, key, None), "net_per_buyer").0)
        };
        assert_eq!(of("recovered/30"), (1, (1, 1), 10_000), "{}", rig.engine);
        assert_eq!(of("other/30"), (1, (0, 1), 5_000));
        assert_eq!(of("other/90"), (1, (1, 1), 10_000));
        assert!(answer.table.lines.iter().all(|l| !l.key.ends_with("/180")), "180 days have not passed for anybody");
        rig.tell("refunds/create", &Shopper::new("Jo", 11).refund(78, "50.00", rig.app.now())).await;
        let answer = asked(&rig, ("buyers", ""), ("2026-07-01", "2026-07-31"), false).await;
        assert_eq!(ratio(&answer, "recovered/30", "repeat_rate"), (0, 1), "what was all paid back was never bought");
        rig
    })
    .await;
}

#[tokio::test]
async fn cohorts_are_followed_month_by_month() {
    both(|rig| async move {
        two_buyers(&rig).await;
        let answer = asked(&rig, ("cohorts", "first"), ("2026-07-01", "2026-07-31"), false).await;
        let net = |column: &str| match cell(&answer, "2026-07", column) {
            Cell::Money(money) => Some(money.minor),
            _ => None,
        };
        // Jo's two orders and Kim's first one in July, Kim's second in August; over two buyers.
        assert_eq!(count(&answer, "2026-07", "buyers"), 2, "{}", rig.engine);
        assert_eq!(["month_0", "month_1", "month_2", "month_3"].map(net), [Some(7_500), Some(2_500), Some(0), Some(0)]);
        assert_eq!(net("month_4"), None, "it has not come yet");
        let recovered = asked(&rig, ("cohorts", "recovered"), ("2026-07-01", "2026-07-31"), false).await;
        assert_eq!(count(&recovered, "2026-07", "buyers"), 1);
        rig
    })
    .await;
}

#[tokio::test]
async fn two_shoppers_who_turn_out_to_be_one_are_one_buyer() {
    both(|rig| async move {
        let (jo, kim) = (Shopper::new("Jo", 1), Shopper::new("Kim", 2));
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        rig.clock.advance(days(1));
        rig.tell("orders/create", &kim.order(rig.app.now())).await;
        rig.clock.advance(days(1));
        // The same customer record under Kim's address.
        let both_of_them = with(kim.again(5).order(rig.app.now()), json!({"email": jo.email, "contact_email": jo.email, "phone": null}));
        rig.tell("orders/create", &both_of_them).await;
        rig.clock.advance(days(60));
        let answer = asked(&rig, ("buyers", ""), ("2026-07-01", "2026-07-31"), false).await;
        assert_eq!((count(&answer, "other/30", "buyers"), ratio(&answer, "other/30", "repeat_rate")), (1, (1, 1)), "{}", rig.engine);
        rig
    })
    .await;
}
