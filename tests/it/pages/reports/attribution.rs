//! The report on attribution, as people see it.

use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::{journeys, recompute};
use comeback::db;
use comeback::domain::attribution::Model;

#[actix_web::test]
async fn every_model_stands_on_the_page_with_its_definition_and_what_it_gives() {
    let (world, shop) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let empty = world.get(Some(&viewer), "/reports/attribution").await;
    assert!(empty.status == StatusCode::OK && empty.body.contains("No data yet"), "{}", empty.body);
    let campaign = publish(&world, &shop).await;
    story(&world, &shop, campaign, &Shopper { email: "jo@example.com", title: "Hat", days_ago: 2, end: End::Bought(5000, 1000) }).await;
    while journeys::keep_due(&world.app).await.expect("kept") > 0 {}
    let page = world.get(Some(&viewer), "/reports/attribution").await;
    assert_eq!(page.status, StatusCode::OK);
    for model in Model::ALL {
        let definition = model.definition();
        assert!(page.body.contains(model.label()) && page.body.contains(definition.figure), "{model:?}");
    }
    for words in ["Of 1 attributed orders: 1 link", "never added up", "40.00"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert!(!page.body.contains("jo@example.com"));
    assert!(!page.body.contains("Use it"), "viewers change nothing");
}

#[actix_web::test]
async fn an_editor_chooses_the_model_of_the_headlines() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let page = world.post(&editor, "/reports/attribution/model", &[("model", "time_decay")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let after = db::shops::get(&world.app.db, shop.id).await.expect("asked").expect("the store");
    assert_eq!(after.credit_model, Model::TimeDecay);
    assert!(world.get(Some(&editor), "/reports").await.body.contains("Time decay"));
    let refused = world.post(&editor, "/reports/attribution/model", &[("model", "markov_1")]).await;
    assert!(refused.status.is_client_error() && refused.body.contains("needs all journeys at once"), "{}", refused.body);
}

#[actix_web::test]
async fn while_credits_are_worked_out_anew_pages_say_so() {
    let (world, shop) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let campaign = publish(&world, &shop).await;
    story(&world, &shop, campaign, &Shopper { email: "jo@example.com", title: "Hat", days_ago: 2, end: End::Bought(5000, 0) }).await;
    let mut tx = world.app.db.begin().await.expect("begun");
    recompute::ask(&world.app, &mut tx, shop.id, "the story says so", std::collections::BTreeMap::new()).await.expect("asked");
    tx.commit().await.expect("committed");
    for path in ["/reports/attribution", "/reports"] {
        let page = world.get(Some(&viewer), path).await;
        assert!(page.body.contains("being worked out anew, because the story says so: 0 % done"), "{path}: {}", page.body);
    }
    assert!(world.get(Some(&viewer), "/reports/attribution").await.body.contains("Net, anew so far"));
}
