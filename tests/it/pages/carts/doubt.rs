//! Messages whose outcome is unknown: shown with what can be done, and settled by a person's word.

use crate::pages::seed::{End, Left, Shopper, publish, story};
use crate::pages::support::{Answer, World};
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::db;
use comeback::db::shops::Shop;
use comeback::domain::cart::CartState;
use jiff::SignedDuration;
use scraper::{Html, Selector};

fn text(page: &Answer, selector: &str) -> String {
    let document = Html::parse_document(&page.body);
    let found: String = document.select(&Selector::parse(selector).expect("selector")).flat_map(|e| e.text().chain([" "])).collect();
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn doubtful() -> (World, Shop, Left) {
    let (world, shop) = World::with_shop().await;
    let campaign = publish(&world, &shop).await;
    let left = story(&world, &shop, campaign, &Shopper { email: "ann@shop.example", title: "Lamp", days_ago: 1, end: End::Doubtful }).await;
    story(&world, &shop, campaign, &Shopper { email: "bob@shop.example", title: "Chair", days_ago: 1, end: End::Mailed }).await;
    (world, shop, left)
}

/// `(state, rule)` of the message.
async fn state(world: &World, shop: &Shop, left: Left) -> (&'static str, String) {
    let nudge = db::lists::nudge(&world.app.db, shop.id, left.nudge).await.expect("asked").expect("there");
    (nudge.state.as_str(), nudge.decision.expect("a decision").rule)
}

fn settle_path(left: Left) -> String {
    format!("/carts/{}/messages/{}/settle", left.cart, left.nudge)
}

#[actix_web::test]
async fn a_message_in_doubt_says_what_happened_what_to_look_for_and_offers_two_buttons_to_editors() {
    let (world, _, left) = doubtful().await;
    let viewer = world.person(Role::Viewer, None).await;
    let editor = world.person(Role::Editor, None).await;
    let path = format!("/carts/{}", left.cart);
    let page = world.get(Some(&editor), &path).await;
    let shown = text(&page, ".nudge");
    for words in [
        "It was handed to the mail server, and no answer came back",
        "Nobody else can be asked",
        "look there for this Message-ID",
        &format!("{}@shop.example", left.nudge),
        "It arrived",
        "It did not arrive: send it",
        "reaches the shopper twice",
    ] {
        assert!(shown.contains(words), "{words:?} is missing in: {shown}");
    }
    let seen = text(&world.get(Some(&viewer), &path).await, ".nudge");
    assert!(!seen.contains("send it") && seen.contains("An editor of this store can say whether it arrived."), "{seen}");
}

#[actix_web::test]
async fn the_overview_leads_to_messages_in_doubt_for_as_long_as_something_can_be_done() {
    let (world, shop, left) = doubtful().await;
    let viewer = world.person(Role::Viewer, None).await;
    let attention = async || text(&world.get(Some(&viewer), "/").await, ".attention");
    let home = world.get(Some(&viewer), "/").await;
    assert!(text(&home, ".attention").contains("1 message has an unknown outcome."), "{}", text(&home, ".attention"));
    assert!(home.body.contains("href=\"/carts?message=unknown\""));
    let listed = world.get(Some(&viewer), "/carts?message=unknown").await;
    assert_eq!(text(&listed, "tbody th"), "a•••@shop.example", "only carts with such a message");
    assert_eq!(text(&listed, ".pills [aria-current]"), "outcome unknown");
    let mut tx = world.app.db.begin().await.expect("transaction");
    db::unknown::begin(&mut tx, shop.id, left.nudge, world.app.now(), Some(world.app.now())).await.expect("to be asked");
    tx.commit().await.expect("commit");
    assert!(!attention().await.contains("unknown outcome"), "the program will settle it");
    let mut tx = world.app.db.begin().await.expect("transaction");
    db::unknown::begin(&mut tx, shop.id, left.nudge, world.app.now(), None).await.expect("left to the merchant");
    tx.commit().await.expect("commit");
    assert!(attention().await.contains("unknown outcome"));
    world.advance(SignedDuration::from_hours(72));
    assert!(!attention().await.contains("unknown outcome"), "it is too late to send it");
}

#[actix_web::test]
async fn a_persons_word_settles_it_once_is_recorded_and_a_second_click_does_nothing() {
    for (outcome, other, expected, notice) in [
        ("arrived", "send_again", ("sent", "merchant_says_sent"), "Noted: the message arrived."),
        ("send_again", "arrived", ("scheduled", "merchant_says_send"), "The message is due again."),
    ] {
        let (world, shop, left) = doubtful().await;
        let editor = world.person(Role::Editor, None).await;
        for click in 1..=2 {
            let answer = world.post(&editor, &settle_path(left), &[("outcome", outcome)]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{outcome}, click {click}: {}", answer.body);
            assert_eq!(answer.header("location"), format!("/carts/{}?done={outcome}#messages", left.cart));
            let (state, rule) = state(&world, &shop, left).await;
            assert_eq!((state, rule.as_str()), expected);
        }
        let page = world.get(Some(&editor), &format!("/carts/{}?done={outcome}", left.cart)).await;
        assert!(text(&page, ".notice").contains(notice));
        assert!(!text(&page, ".nudge").contains("It arrived"), "nothing is left to say");
        let late = world.post(&editor, &settle_path(left), &[("outcome", other)]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(text(&late, "main").contains("That isn't possible now"), "{}", late.body);
        let audit = db::access::audit_list(&world.app.db, shop.id, None, 50).await.expect("audit");
        assert_eq!(audit.iter().filter(|a| a.action == "nudge.settle").count(), 1);
        let told = text(&page, ".timeline");
        assert!(told.contains("A person decided") || told.contains("a person decided"), "{told}");
    }
}

#[actix_web::test]
async fn a_word_that_cannot_be_used_or_a_foreign_message_changes_nothing() {
    let (world, shop, left) = doubtful().await;
    let editor = world.person(Role::Editor, None).await;
    let nonsense = world.post(&editor, &settle_path(left), &[("outcome", "perhaps")]).await;
    assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
    let elsewhere = Left { cart: comeback::domain::ids::CartId(world.app.new_id()), ..left };
    let foreign = world.post(&editor, &settle_path(elsewhere), &[("outcome", "arrived")]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(state(&world, &shop, left).await.0, "unknown");
}

#[actix_web::test]
async fn what_is_bought_offers_no_second_message_and_a_stale_click_sends_none() {
    let (world, shop, left) = doubtful().await;
    let editor = world.person(Role::Editor, None).await;
    let mut tx = world.app.db.begin().await.expect("transaction");
    let mut cart = db::carts::load(&mut tx, shop.id, &[left.cart.0]).await.expect("cart").remove(0);
    cart.state = CartState::Purchased;
    db::carts::save(&mut tx, shop.id, &[&cart], world.app.now()).await.expect("bought");
    tx.commit().await.expect("commit");
    let shown = text(&world.get(Some(&editor), &format!("/carts/{}", left.cart)).await, ".nudge");
    assert!(shown.contains("It arrived") && !shown.contains("send it") && shown.contains("can't be sent again"), "{shown}");
    assert!(!text(&world.get(Some(&editor), "/").await, ".attention").contains("unknown outcome"));
    let stale = world.post(&editor, &settle_path(left), &[("outcome", "send_again")]).await;
    assert_eq!(stale.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&world, &shop, left).await, ("cancelled", "purchased".to_owned()));
}
