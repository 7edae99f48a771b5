//! What was kept for long enough goes, what is owed to people and books stays, and nothing that is told becomes false.

use super::{WHO, audited, raw};
use crate::support::replay::{assert_equal, replayed};
use crate::support::rig::{Rig, both};
use crate::support::shopper::Shopper;
use comeback::app::erase::by_address::{self, Found};
use comeback::app::{AppError, report, retention, suppressions};
use comeback::db;
use comeback::domain::event::ChannelKind;
use comeback::domain::retention::Kept;
use jiff::{SignedDuration, Timestamp};

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

/// Runs until nothing is left to do.
async fn run(rig: &Rig) {
    while retention::work_due(&rig.app).await.expect("worked") > 0 {}
}

async fn set(rig: &Rig, kept: Kept) {
    retention::set(&rig.app, rig.shop.id, kept, WHO).await.expect("set");
}

/// They leave a checkout, get the mail, and buy.
async fn bought(rig: &Rig, shopper: &Shopper) {
    rig.tell("checkouts/update", &shopper.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(71)).await;
    rig.tell("orders/create", &shopper.order(rig.app.now())).await;
}

/// Every figure of the report on recovered revenue, over all time.
async fn figures(rig: &Rig) -> String {
    let query = report::Query {
        shop: rig.shop.id,
        from: Timestamp::UNIX_EPOCH,
        to: Timestamp::MAX,
        model: comeback::domain::attribution::Model::LastTouch,
        by: comeback::domain::report::By::Campaign,
    };
    let report = report::recovered(&rig.app, query).await.expect("a report");
    let period = db::report::Period { shop: rig.shop.id, from: Timestamp::UNIX_EPOCH, to: rig.app.now() };
    let counts = db::report::cart_counts(&rig.app.db, period).await.expect("counts");
    format!("{} {}", serde_json::to_string(&report).expect("JSON"), serde_json::to_string(&counts).expect("JSON"))
}

async fn is_known(rig: &Rig, address: &str) -> bool {
    matches!(by_address::look_up(&rig.app, rig.shop.id, address).await.expect("looked up"), Found::Shopper(_))
}

#[tokio::test]
async fn raw_webhooks_go_after_their_months_and_no_figure_changes_and_replay_leaves_out_what_it_cannot_tell() {
    both(|rig| async move {
        let (jo, ann) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2));
        bought(&rig, &jo).await;
        rig.tell("products/update", &serde_json::json!({"id": 91, "title": "Wool hat", "updated_at": rig.app.now()})).await;
        rig.clock.advance(days(60));
        // Jo comes back while what is older goes; Ann is here for the first time.
        rig.clock.advance(days(40));
        bought(&rig, &jo.again(4)).await;
        bought(&rig, &ann).await;
        let before = assert_equal(&rig).await;
        assert_eq!(before.shoppers_past, 0);
        let told = figures(&rig).await;
        run(&rig).await;
        set(&rig, Kept { raw: Some(3), browser: None, shoppers: None }).await;
        run(&rig).await;
        assert!(raw(&rig).await.iter().all(|(_, bytes)| *bytes > 0), "{}: nothing goes before a day is over", rig.engine);
        rig.clock.advance(days(8));
        run(&rig).await;
        let kept = raw(&rig).await;
        let gone: Vec<&str> = kept.iter().filter(|(_, bytes)| *bytes == 0).map(|(topic, _)| topic.as_str()).collect();
        assert_eq!(gone, ["checkouts/update", "orders/create"], "{}: what names nobody stays: {kept:?}", rig.engine);
        assert_eq!(audited(&rig, "retention.run").await, ["raw 2, browser 0, shoppers 0"]);
        assert_eq!(figures(&rig).await, told, "{}: no figure is worked out of them", rig.engine);
        let after = assert_equal(&rig).await;
        assert_eq!(after.shoppers_past, 1, "{}: Jo alone reaches back", rig.engine);
        let carts = |r: &comeback::app::replay::Replayed| r.compared.iter().find(|c| c.kind == "carts").map_or(0, |c| c.compared);
        assert_eq!((carts(&before), carts(&after)), (3, 1), "{}: Ann's is still compared", rig.engine);
        let run_state = retention::get(&rig.app, rig.shop.id).await.expect("asked");
        assert_eq!((run_state.last.raw, run_state.began_at), (2, None));
        assert!(run_state.next_at > rig.app.now(), "{}: tomorrow again", rig.engine);
        run(&rig).await;
        assert_eq!(audited(&rig, "retention.run").await.len(), 1, "{}: once a day", rig.engine);
        rig
    })
    .await;
}

#[tokio::test]
async fn shoppers_who_were_not_seen_any_more_are_erased_and_those_who_came_back_stay() {
    both(|rig| async move {
        let (jo, ann, kim) = (Shopper::new("Jo", 1), Shopper::new("Ann", 2), Shopper::new("Kim", 3));
        bought(&rig, &jo).await;
        for left in [&ann, &kim] {
            rig.tell("checkouts/update", &left.checkout(rig.app.now())).await;
        }
        rig.pass(SignedDuration::from_mins(71)).await;
        suppressions::add(&rig.app, rig.shop.id, (ChannelKind::Email, "kim@example.com"), "asked", WHO).await.expect("forbidden");
        let money = rig.credited().await;
        run(&rig).await;
        set(&rig, Kept { raw: None, browser: None, shoppers: Some(6) }).await;
        rig.clock.advance(days(150));
        rig.settle().await;
        rig.tell("checkouts/update", &ann.again(5).checkout(rig.app.now())).await;
        run(&rig).await;
        assert!(is_known(&rig, "jo@example.com").await, "{}: five months are not six", rig.engine);
        rig.pass(SignedDuration::from_hours(30)).await;
        rig.clock.advance(days(40));
        rig.settle().await;
        run(&rig).await;
        assert!(!is_known(&rig, "jo@example.com").await && !is_known(&rig, "kim@example.com").await, "{}: gone", rig.engine);
        assert!(is_known(&rig, "ann@example.com").await, "{}: she came back", rig.engine);
        assert_eq!(audited(&rig, "retention.run").await, ["raw 0, browser 0, shoppers 2"]);
        assert_eq!(rig.credited().await, money, "{}: money stays", rig.engine);
        let forbidden = db::people::suppression(&rig.app.db, rig.shop.id, ChannelKind::Email, "kim@example.com").await.expect("asked");
        assert!(forbidden.is_some(), "{}: that nobody may write to her stays for ever", rig.engine);
        let replayed = replayed(&rig.app, rig.shop.id).await;
        assert!(replayed.equal(), "{}: {:#?}", rig.engine, replayed.differences);
        rig
    })
    .await;
}

#[tokio::test]
async fn lengths_that_cannot_be_are_refused_and_for_ever_is_for_ever() {
    both(|rig| async move {
        let refused = retention::set(&rig.app, rig.shop.id, Kept { raw: Some(2), ..Kept::default() }, WHO).await;
        assert!(matches!(refused, Err(AppError::Invalid(ref why)) if why.contains("between 3 and")), "{}: {refused:?}", rig.engine);
        set(&rig, Kept { raw: None, browser: None, shoppers: None }).await;
        bought(&rig, &Shopper::new("Jo", 1)).await;
        rig.clock.advance(days(365 * 9));
        rig.settle().await;
        run(&rig).await;
        assert!(is_known(&rig, "jo@example.com").await && raw(&rig).await.iter().all(|(_, bytes)| *bytes > 0), "{}", rig.engine);
        assert_eq!(audited(&rig, "retention.set").await, ["raw ever, browser ever, shoppers ever"]);
        rig
    })
    .await;
}
