//! Whose click it was: what a machine opens earns no credit, and every opening is kept.

use crate::support::replay::both;
use crate::support::rig::Rig;
use crate::support::shopper::Shopper;
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::Data;
use comeback::app::links::{Given, Opened, Program, open, seen_preferences};
use comeback::app::{preferences, report, timeline};
use comeback::domain::attribution::Model;
use comeback::domain::report::By;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

const PERSON: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

/// Jo left and got a mail: its token back to the cart, and the one to the preferences.
async fn reminded(rig: &Rig, jo: &Shopper) -> (String, String) {
    rig.tell("checkouts/create", &jo.checkout(rig.app.now())).await;
    rig.pass(SignedDuration::from_mins(71)).await;
    assert_eq!(rig.mails.count(), 1);
    rig.links()
}

async fn opens(rig: &Rig, token: &str, by: Program<'_>) {
    open(&rig.app, &Opened { link: Given::Token(token), by }).await.expect("a link");
}

async fn looks_at_preferences(rig: &Rig, token: &str, by: Program<'_>) {
    let about = preferences::about(&rig.app, token).await.expect("a link");
    seen_preferences(&rig.app, &about, &by).await;
}

/// Messages clicked by people, and openings by whomever.
async fn clicks(rig: &Rig) -> (i64, i64) {
    let (from, to) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
    let query = report::Query { shop: rig.shop.id, from, to, model: Model::LastTouch, by: By::Campaign };
    let report = report::recovered(&rig.app, query).await.expect("a report");
    (report.totals[0].clicks, report.totals[0].clicks_raw)
}

async fn buys(rig: &Rig, jo: &Shopper) {
    rig.clock.advance(SignedDuration::from_mins(3));
    rig.tell("orders/create", &jo.order(rig.app.now())).await;
}

async fn kinds(rig: &Rig) -> Vec<String> {
    let story = timeline::story(&rig.app, rig.shop.id, rig.cart().await.id).await.expect("a story");
    let of_links = |kind: &String| kind.starts_with("click") || kind.starts_with("preferences");
    story.timeline.into_iter().map(|e| e.kind).filter(of_links).collect()
}

#[tokio::test]
async fn what_scanners_prefetchers_and_previewers_open_is_kept_and_earns_nothing() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let (token, _) = reminded(&rig, &jo).await;
        let person = Program::named(PERSON);
        let scanner = Program { address: Some("40.94.20.1".parse().expect("an address")), ..person };
        for by in [scanner, Program { ahead: true, ..person }, Program { head: true, ..person }, Program::default()] {
            rig.clock.advance(SignedDuration::from_secs(30));
            opens(&rig, &token, by).await;
        }
        assert_eq!(clicks(&rig).await, (0, 4));
        assert_eq!(kinds(&rig).await, ["click.machine"; 4]);
        buys(&rig, &jo).await;
        assert_eq!(rig.credited().await, (0, 0, 0, 0), "no person clicked");
        rig
    })
    .await;
}

#[tokio::test]
async fn whoever_opens_every_link_of_a_message_at_once_earns_nothing_whichever_came_first() {
    for cart_first in [true, false] {
        both(|rig| async move {
            let jo = Shopper::new("Jo", 1);
            let (cart, unsubscribe) = reminded(&rig, &jo).await;
            rig.clock.advance(SignedDuration::from_secs(30));
            if cart_first {
                opens(&rig, &cart, Program::named(PERSON)).await;
                rig.clock.advance(SignedDuration::from_secs(1));
                looks_at_preferences(&rig, &unsubscribe, Program::named(PERSON)).await;
            } else {
                looks_at_preferences(&rig, &unsubscribe, Program::named(PERSON)).await;
                rig.clock.advance(SignedDuration::from_secs(1));
                opens(&rig, &cart, Program::named(PERSON)).await;
            }
            assert_eq!(clicks(&rig).await, (0, 1));
            assert!(kinds(&rig).await.contains(&"click.machine".to_owned()));
            rig.clock.advance(SignedDuration::from_mins(20));
            opens(&rig, &cart, Program::named(PERSON)).await;
            assert_eq!(clicks(&rig).await, (1, 2), "and then came the shopper");
            buys(&rig, &jo).await;
            assert_eq!(rig.credited().await, (1, 5000, 0, 5000));
            rig
        })
        .await;
    }
}

#[tokio::test]
async fn a_click_within_seconds_of_the_mail_counts_and_the_doubt_is_told() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let (token, _) = reminded(&rig, &jo).await;
        opens(&rig, &token, Program::named(PERSON)).await;
        let story = timeline::story(&rig.app, rig.shop.id, rig.cart().await.id).await.expect("a story");
        let click = story.timeline.iter().find(|e| e.kind == "click").expect("a click");
        assert!(click.why.contains("within 5 seconds"), "{}", click.why);
        buys(&rig, &jo).await;
        assert_eq!(rig.credited().await, (1, 5000, 0, 5000));
        rig
    })
    .await;
}

#[tokio::test]
async fn looking_at_the_preferences_changes_nothing_and_is_kept_as_evidence() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        let (_, token) = reminded(&rig, &jo).await;
        let app = actix_web::App::new().app_data(Data::from(Arc::clone(&rig.app))).configure(comeback::web::routes);
        let service = init_service(app).await;
        let request = TestRequest::get().uri(&format!("/u/{token}")).insert_header(("user-agent", PERSON)).to_request();
        assert_eq!(call_service(&service, request).await.status(), StatusCode::OK);
        assert_eq!(kinds(&rig).await, ["preferences.opened"]);
        let about = preferences::about(&rig.app, &token).await.expect("a link");
        assert!(!about.already, "a look is no opt-out");
        assert_eq!(clicks(&rig).await, (0, 0), "and no click");
        rig
    })
    .await;
}
