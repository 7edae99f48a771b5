//! A canary is in no list, no figure and no inbox; alarms are where people and programs look.

use super::{canary_goes, newest};
use crate::api::Client;
use crate::cli::program::Program;
use crate::support::rig::{BEGIN, Rig, TestClock, app_on, both};
use crate::support::shopper::Shopper;
use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::Data;
use comeback::app::access::{Role, Scope, save_user, sign_in, signed_in};
use comeback::app::watch::Watcher;
use comeback::channels::Channel;
use comeback::channels::inbox::{Inbox, InboxChannel};
use comeback::db;
use comeback::domain::event::ChannelKind;
use comeback::domain::watch::{Finding, Kind};
use jiff::SignedDuration;
use serde_json::Value;
use std::sync::Arc;

const LISTS: [&str; 11] = [
    "/shops",
    "/campaigns",
    "/templates",
    "/carts",
    "/nudges",
    "/orders",
    "/contacts",
    "/suppressions",
    "/deliveries",
    "/alarms",
    "/reports/recovered?from=2026-01-01&to=2026-12-31&by=campaign",
];

async fn everything(client: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    for path in LISTS {
        all.push(client.get(path).await.with(200));
    }
    all
}

#[tokio::test]
async fn a_canary_changes_no_list_and_no_figure() {
    both(|rig| async move {
        let jo = Shopper::new("Jo", 1);
        rig.tell("checkouts/update", &jo.checkout(rig.app.now())).await;
        rig.pass(SignedDuration::from_mins(75)).await;
        rig.tell("orders/create", &jo.order(rig.app.now())).await;
        let client = Client::new(&rig, Scope::Admin).await;
        let before = everything(&client).await;
        let run = canary_goes(&rig, &Watcher::new(&rig.app)).await;
        assert_eq!(run.problem, None);
        for (path, (before, after)) in LISTS.iter().zip(before.into_iter().zip(everything(&client).await)) {
            assert_eq!(before, after, "{path}");
        }
        let shops = db::shops::list(&rig.app.db).await.expect("shops");
        assert_eq!(shops.len(), 1, "the twin is in no list of stores");
        rig
    })
    .await;
}

#[tokio::test]
async fn whatever_is_set_up_a_twin_has_only_channels_that_deliver_to_nobody() {
    both(|rig| async move {
        let run = canary_goes(&rig, &Watcher::new(&rig.app)).await;
        let twin = db::shops::get(&rig.app.db, run.twin).await.expect("shops").expect("the twin");
        for kind in [ChannelKind::Email, ChannelKind::Sms] {
            assert_eq!(rig.app.channel_for(&twin, kind).map(|c| c.name()), Some("canary"));
            assert_eq!(rig.app.channel_for(&rig.shop, kind).map(|c| c.name()), Some("outbox"));
        }
        rig
    })
    .await;
}

#[tokio::test]
async fn the_demos_inbox_has_no_canary_in_it() {
    let clock = TestClock::at(BEGIN);
    let inbox = Arc::new(Inbox::new(clock.clone()));
    let channel = |kind| Arc::new(InboxChannel::new(Arc::clone(&inbox), kind)) as Arc<dyn Channel>;
    let (app, folder) = app_on("sqlite", &clock, vec![channel(ChannelKind::Email), channel(ChannelKind::Sms)]).await;
    let rig = Rig::around("sqlite", app, clock, folder).await;
    assert_eq!(canary_goes(&rig, &Watcher::new(&rig.app)).await.problem, None);
    assert_eq!(inbox.count(), 0);
}

#[tokio::test]
async fn when_a_store_is_erased_its_twin_goes_with_it() {
    both(|rig| async move {
        let run = canary_goes(&rig, &Watcher::new(&rig.app)).await;
        rig.post("shop/redact", "redact", "{}").await.expect("accepted");
        rig.settle().await;
        assert_eq!(db::canaries::newest(&rig.app.db, rig.shop.id).await.expect("runs"), None);
        let twin = db::shops::get(&rig.app.db, run.twin).await.expect("shops").expect("a row that says that it was here");
        assert_eq!(twin.status, "removed");
        assert!(db::shops::secrets(&rig.app.db, run.twin).await.expect("secrets").is_empty());
        rig
    })
    .await;
}

fn finding(kind: Kind, rig_now: jiff::Timestamp) -> Finding {
    let what = "Something <b>odd</b> happened.".into();
    Finding { kind, subject: String::new(), since: rig_now, mark: 0, what, fix: "Mend it.".into() }
}

async fn raised(rig: &Rig, kind: Kind) -> uuid::Uuid {
    let id = rig.app.new_id();
    let mut tx = rig.app.db.begin().await.expect("transaction");
    assert!(db::alarms::raise(&mut tx, rig.shop.id, id, &finding(kind, rig.app.now()), rig.app.now()).await.expect("raised"));
    assert!(!db::alarms::raise(&mut tx, rig.shop.id, rig.app.new_id(), &finding(kind, rig.app.now()), rig.app.now()).await.expect("once"));
    tx.commit().await.expect("commit");
    id
}

async fn page(rig: &Rig, session: &str, request: TestRequest) -> (StatusCode, String) {
    let app = actix_web::App::new().app_data(Data::from(Arc::clone(&rig.app))).configure(comeback::web::pages::routes);
    let service = init_service(app).await;
    let request = request.insert_header(("cookie", format!("comeback_session={session}")));
    let response = call_service(&service, request.to_request()).await;
    let status = response.status();
    (status, String::from_utf8_lossy(&to_bytes(response.into_body()).await.expect("a body")).into_owned())
}

#[actix_web::test]
async fn the_overview_shows_alarms_first_and_an_editor_dismisses_what_may_be() {
    both(|rig| async move {
        let session = async |email: &str, role| {
            save_user(&rig.app, &email.parse().expect("an address"), role, None, "correct horse battery").await.expect("a person");
            sign_in(&rig.app, email, "correct horse battery").await.expect("database").expect("a session")
        };
        let (editor, viewer) = (session("e@acme.example", Role::Editor).await, session("v@acme.example", Role::Viewer).await);
        let gap = raised(&rig, Kind::ReconciliationGap).await;
        let broken = raised(&rig, Kind::Canary).await;
        let (_, shown) = page(&rig, &editor, TestRequest::get().uri("/")).await;
        assert!(shown.contains("Something &#60;b&#62;odd&#60;/b&#62; happened.") || shown.contains("&lt;b&gt;odd&lt;/b&gt;"), "{shown}");
        assert_eq!(shown.matches("Mend it.").count(), 2);
        assert!(shown.contains(&format!("/alarms/{gap}/dismiss")) && !shown.contains(&format!("/alarms/{broken}/dismiss")), "{shown}");
        let (_, shown) = page(&rig, &viewer, TestRequest::get().uri("/")).await;
        assert!(!shown.contains("/dismiss"), "a viewer can't");
        let dismiss = async |secret: &str, id| {
            let (_, session) = signed_in(&rig.app, secret).await.expect("database").expect("a session");
            let form = [("csrf", rig.app.keys.csrf_token(session.id.as_bytes(), [5; 32]))];
            page(&rig, secret, TestRequest::post().uri(&format!("/alarms/{id}/dismiss")).set_form(form)).await.0
        };
        assert_eq!(dismiss(&viewer, gap).await, StatusCode::FORBIDDEN);
        assert_eq!(dismiss(&editor, broken).await, StatusCode::CONFLICT);
        assert_eq!(dismiss(&editor, gap).await, StatusCode::SEE_OTHER);
        let (_, shown) = page(&rig, &editor, TestRequest::get().uri("/?done=dismissed")).await;
        assert_eq!(shown.matches("Mend it.").count(), 1);
        assert!(shown.contains("Dismissed."));
        rig
    })
    .await;
}

#[tokio::test]
async fn programs_list_alarms_by_state_and_page_by_page() {
    both(|rig| async move {
        let client = Client::new(&rig, Scope::Read).await;
        raised(&rig, Kind::SetAside).await;
        let canary = raised(&rig, Kind::Canary).await;
        let all = client.all("/alarms", 1).await;
        assert_eq!(all.iter().map(|a| a["kind"].as_str().expect("a kind")).collect::<Vec<_>>(), ["canary", "set_aside"]);
        let mut tx = rig.app.db.begin().await.expect("transaction");
        db::alarms::clear(&mut tx, rig.shop.id, canary, rig.app.now()).await.expect("cleared");
        tx.commit().await.expect("commit");
        let kinds = async |state: &str| {
            let page = client.get(&format!("/alarms?state={state}")).await.with(200);
            page["items"].as_array().expect("items").iter().map(|a| a["kind"].as_str().expect("a kind").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((kinds("active").await, kinds("cleared").await), (vec!["set_aside".to_owned()], vec!["canary".to_owned()]));
        client.get("/alarms?state=odd").await.problem(400);
        rig
    })
    .await;
}

#[tokio::test]
async fn doctor_names_every_alarm_and_fails_for_the_bad_ones() {
    let program = Program::new();
    let shop: comeback::domain::ids::ShopId = program.add_shop().parse().expect("an id");
    let url = format!("sqlite://{}", program.path("data/comeback.db").display());
    let now: jiff::Timestamp = "2026-07-01T00:00:00Z".parse().expect("an instant");
    let raise = async |kind| {
        let db = db::Db::connect(&url).await.expect("a database");
        let mut tx = db.begin().await.expect("transaction");
        db::alarms::raise(&mut tx, shop, uuid::Uuid::from_u128(kind as u128), &finding(kind, now), now).await.expect("raised");
        tx.commit().await.expect("commit");
        db.close().await;
    };
    raise(Kind::ReconciliationGap).await;
    let told = program.run(&["doctor", "--json"]);
    assert_eq!(told.code, 0, "{}", told.out);
    assert!(
        told.out.contains("alarm of acme.myshopify.com (reconciliation_gap)") && told.out.contains("canary of acme.myshopify.com"),
        "{}",
        told.out
    );
    raise(Kind::Canary).await;
    let told = program.run(&["doctor"]);
    assert_eq!(told.code, 1, "{}", told.out);
    assert!(told.out.contains("FAIL  alarm of acme.myshopify.com (canary): Something <b>odd</b> happened."), "{}", told.out);
}

#[tokio::test]
async fn the_newest_run_is_the_one_that_is_told() {
    both(|rig| async move {
        let run = canary_goes(&rig, &Watcher::new(&rig.app)).await;
        assert_eq!(newest(&rig).await, run);
        comeback::app::watch::gauges(&rig.app).await.expect("gauges");
        rig
    })
    .await;
}
