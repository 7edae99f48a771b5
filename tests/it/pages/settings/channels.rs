//! A store's own providers, as their owner sets them up on the page of settings.

use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::db;
use comeback::domain::event::ChannelKind;

const PASSWORD: &str = "hunter2-of-the-mail-server";

#[actix_web::test]
async fn an_owner_chooses_a_provider_by_its_form_and_gives_it_up_again() {
    let (world, shop) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    assert!(world.get(Some(&owner), "/settings/channels").await.body.contains("/settings/channels/email"));
    let page = world.get(Some(&owner), "/settings/channels/email?provider=smtp").await;
    assert!(page.body.contains("name=\"url\"") && page.body.contains("type=\"password\""), "{}", page.body);
    let server = format!("smtp://shop:{PASSWORD}@mail.fern.example:587");
    let bad = [("provider", "smtp"), ("url", server.as_str()), ("from", "nobody")];
    let refused = world.post(&owner, "/settings/channels/email", &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Nothing was saved") && refused.body.contains("value=\"nobody\"") && !refused.body.contains(PASSWORD));
    let right = [("provider", "smtp"), ("url", server.as_str()), ("from", "shop@fern.example")];
    assert_eq!(world.post(&owner, "/settings/channels/email", &right).await.status, StatusCode::SEE_OTHER);
    let row = db::shops::get(&world.app.db, shop.id).await.expect("shops").expect("the shop");
    assert_eq!(world.app.channel_for(&row, ChannelKind::Email).map(|c| c.name()), Some("smtp"));
    let page = world.get(Some(&owner), "/settings/channels/email").await;
    assert!(page.body.contains("kept as it is") && page.body.contains("shop@fern.example") && !page.body.contains(PASSWORD));
    assert!(!page.body.contains("/callbacks/") && page.body.contains("Send a test message"));
    assert!(world.get(Some(&owner), "/settings/channels/sms").await.body.contains(&format!("/callbacks/twilio/{}", shop.id)));
    // The password is left empty: it stays.
    let renamed = [("provider", "smtp"), ("url", ""), ("from", "hello@fern.example")];
    assert_eq!(world.post(&owner, "/settings/channels/email", &renamed).await.status, StatusCode::SEE_OTHER);
    assert!(world.get(Some(&owner), "/settings/channels").await.body.contains("of this store"));
    assert_eq!(world.post(&owner, "/settings/channels/email/give-up", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(world.get(Some(&owner), "/settings/channels").await.body.contains("not set up"));
}

#[actix_web::test]
async fn a_test_message_says_what_came_of_it_and_only_owners_may_send_one() {
    let (world, _) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let answer = world.post(&owner, "/settings/channels/sms/test", &[("to", "nobody")]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("notice bad"), "{}", answer.body);
    let editor = world.person(Role::Editor, None).await;
    assert_eq!(world.get(Some(&editor), "/settings/channels/sms").await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post(&editor, "/settings/channels/sms/test", &[("to", "+14155552671")]).await.status, StatusCode::FORBIDDEN);
    assert!(!world.get(Some(&editor), "/settings/channels").await.body.contains("/settings/channels/"));
    assert_eq!(world.get(Some(&owner), "/settings/channels/pigeon").await.status, StatusCode::NOT_FOUND);
}
