//! How large a mail is, in the editor; and what the page about the sender's domain says without a sender.

use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::db;
use comeback::domain::event::ChannelKind;
use comeback::domain::template::starter;

#[actix_web::test]
async fn the_editor_shows_how_large_a_mail_is_and_warns_before_it_refuses() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let rows = db::templates::list(&world.app.db, shop.id).await.expect("templates");
    let mail = rows.iter().find(|t| t.channel == ChannelKind::Email && t.key == "cart-reminder" && t.language == "en").expect("a mail");
    let path = format!("/templates/{}", mail.id);
    let page = world.get(Some(&editor), &path).await.body;
    assert!(page.contains("KB of 102 KB") && !page.contains("To look at") && !page.contains("To put right"), "{page}");
    let source = starter("cart-reminder", ChannelKind::Email, "en").expect("a starter");
    let with = |words: usize| source.body.replace("{{ cart.value }}", &"word ".repeat(words));
    let large = with(15_000);
    let saved = world.post(&editor, &path, &[("subject", "Hello"), ("body", &large), ("text", "")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "a warning keeps nothing from being saved");
    let page = world.get(Some(&editor), &path).await.body;
    assert!(page.contains("To look at") && page.contains("Gmail cuts mails off") && !page.contains("To put right"), "{page}");
    let too_large = with(19_000);
    let refused = world.post(&editor, &path, &[("subject", "Hello"), ("body", &too_large), ("text", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("To put right") && !refused.body.contains("To look at"), "{}", refused.body);
}

#[actix_web::test]
async fn without_a_sender_nothing_is_looked_up_and_the_page_says_what_to_set() {
    let (world, _) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    assert!(world.get(Some(&viewer), "/settings").await.body.contains("/settings/sender-domain"));
    let page = world.get(Some(&viewer), "/settings/sender-domain").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("COMEBACK_EMAIL__FROM") && page.body.contains("COMEBACK_EMAIL__POSTAL_ADDRESS"), "{}", page.body);
}
