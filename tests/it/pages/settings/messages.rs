//! Senders, prices and the link domain on the page of settings, and how a text is billed beside its editor.

use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::message_settings;
use comeback::db;
use comeback::domain::event::ChannelKind;

#[actix_web::test]
async fn an_editor_sets_senders_and_prices_by_the_form_and_keeps_their_words_when_refused() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let wrong =
        [("smart", "on"), ("senders", "US: ACME\nFR ACME"), ("prices", "DE: 0.075"), ("elsewhere", ""), ("percent", "100"), ("email", "0")];
    let refused = world.post(&editor, "/settings/messages", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["Nothing was saved", "Senders, line 2", "US: ACME", "DE: 0.075"] {
        assert!(refused.body.contains(words), "{words} in {}", refused.body);
    }
    let right = [
        ("senders", "FR: ACME, STOP to 36111"),
        ("prices", "DE: 0.075\nUS: 0.0079"),
        ("elsewhere", "0.1"),
        ("percent", "50"),
        ("email", "0.0004"),
    ];
    let saved = world.post(&editor, "/settings/messages", &right).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let set = message_settings::get(&world.app, shop.id).await.expect("a shop").messages;
    assert!(!set.smart_characters && set.prices.percent == 50 && set.prices.segment.len() == 2);
    assert_eq!(set.senders["FR"].stop_number.as_deref(), Some("36111"));
    let page = world.get(Some(&editor), "/settings/messages").await;
    for words in ["FR: ACME, STOP to 36111", "US: 0.0079", "value=\"0.0004\""] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
}

#[actix_web::test]
async fn a_text_is_counted_beside_its_editor_and_while_it_is_written() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let all = db::templates::list(&world.app.db, shop.id).await.expect("templates");
    let id = |channel| all.iter().find(|t| t.channel == channel && t.language == "en").expect("a starter").id;
    let text = format!("/templates/{}", id(ChannelKind::Sms));
    let page = world.get(Some(&editor), &text).await;
    for words in ["How it is billed", "<b>1 part</b>", "7 bits a character", "to a number in", &format!("data-hx-post=\"{text}/live\"")] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    let draft = [("body", "Şapka’s {{ link }} STOP")];
    let measured = world.post(&editor, &format!("{text}/live"), &draft).await;
    assert_eq!(measured.status, StatusCode::OK);
    for words in ["16 bits a character", "<mark>Ş</mark>apka", "U+015E", "must name the store"] {
        assert!(measured.body.contains(words), "{words} in {}", measured.body);
    }
    let framed = world.post(&editor, &format!("{text}/preview"), &draft).await;
    assert!(framed.body.contains("16 bits a character"), "without scripts the preview counts: {}", framed.body);
    let broken = world.post(&editor, &format!("{text}/live"), &[("body", "{{ nothing")]).await;
    assert!(broken.body.contains("never closed") && !broken.body.contains("How it is billed"), "{}", broken.body);
    let mail = world.get(Some(&editor), &format!("/templates/{}", id(ChannelKind::Email))).await;
    assert!(!mail.body.contains("How it is billed"));
}

#[actix_web::test]
async fn only_owners_name_the_domain_of_links_and_one_that_does_not_lead_here_is_not_used() {
    let (world, shop) = World::with_shop().await;
    let (owner, editor) = (world.person(Role::Owner, None).await, world.person(Role::Editor, None).await);
    let wanted = [("domain", "go.shop.invalid")];
    assert_eq!(world.post(&editor, "/settings/link-domain", &wanted).await.status, StatusCode::FORBIDDEN);
    let refused = world.post(&owner, "/settings/link-domain", &wanted).await;
    assert!(refused.body.contains("go.shop.invalid"), "{}", refused.body);
    let row = db::shops::get(&world.app.db, shop.id).await.expect("asked").expect("a shop");
    assert_eq!((row.link_domain.as_deref(), row.link_domain_seen_at), (Some("go.shop.invalid"), None));
    assert_eq!(world.post(&owner, "/settings/link-domain", &[("domain", "")]).await.status, StatusCode::SEE_OTHER);
}
