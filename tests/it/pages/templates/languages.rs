//! The languages of a template side by side.

use super::support::{again, one, source, text};
use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::templates::{NewTemplate, create};
use comeback::domain::event::ChannelKind;
use comeback::domain::template::TemplateSource;

#[actix_web::test]
async fn languages_stand_side_by_side_with_who_gets_which_and_another_is_added_by_copying() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let said = TemplateSource { subject: String::new(), body: "Own words {{ link }} STOP".into(), text: None };
    let new = NewTemplate { key: "own-text".into(), channel: ChannelKind::Sms, language: "de".into(), source: said.clone() };
    let german = create(&world.app, shop.id, &new, "story").await.expect("a template");
    let path = format!("/templates/{}/languages", german.id);
    let page = world.get(Some(&editor), &path).await;
    assert!(text(&page, "[aria-labelledby=in-de]").contains("Own words"));
    let gets = text(&page, "[aria-labelledby=gets] tbody");
    assert!(gets.contains("GermanGermanIt is their own.") && gets.contains("FrenchGermanIt is the first that there is."), "{gets}");
    let added = world.post(&editor, &path, &[("language", "fr"), ("from", &german.id.to_string())]).await;
    assert!(added.header("location").contains("done=template-language"), "{}", text(&added, ".fault"));
    let french = one(&world, &shop, ("own-text", ChannelKind::Sms, "fr")).await;
    assert_eq!((source(&french), french.version), (said, 1));
    let gets = text(&world.get(Some(&editor), &path).await, "[aria-labelledby=gets] tbody");
    assert!(gets.contains("FrenchFrenchIt is their own."), "{gets}");
    let again_same = world.post(&editor, &path, &[("language", "fr"), ("from", &german.id.to_string())]).await;
    assert_eq!(again_same.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (language, from) in [("english", german.id.to_string()), ("es", "starter".to_owned())] {
        let refused = world.post(&editor, &path, &[("language", language), ("from", &from)]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && !text(&refused, ".fault").is_empty(), "{language}");
    }
    assert_eq!(again(&world, &german, &shop).await.version, 1);
}

#[actix_web::test]
async fn a_template_of_another_name_is_not_copied_from() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let new = |key: &str, body: &str| NewTemplate {
        key: key.into(),
        channel: ChannelKind::Sms,
        language: "en".into(),
        source: TemplateSource { subject: String::new(), body: format!("{body} {{{{ link }}}} STOP"), text: None },
    };
    let one = create(&world.app, shop.id, &new("one", "first"), "story").await.expect("a template");
    let two = create(&world.app, shop.id, &new("two", "second"), "story").await.expect("a template");
    let answer =
        world.post(&editor, &format!("/templates/{}/languages", one.id), &[("language", "de"), ("from", &two.id.to_string())]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[actix_web::test]
async fn the_list_has_a_line_for_each_template_with_a_way_to_each_of_its_languages() {
    let (world, shop) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let page = world.get(Some(&viewer), "/templates").await.body;
    let lines: Vec<&str> = page.split("<tr>").filter(|line| line.contains(">checkout-reminder</a>")).collect();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    for language in ["en", "de", "pl"] {
        let row = one(&world, &shop, ("checkout-reminder", ChannelKind::Email, language)).await;
        assert!(lines[0].contains(&format!("/templates/{}", row.id)), "{language}: {}", lines[0]);
    }
    assert!(lines[0].contains("Robin, you left something") && !lines[0].contains("{%"), "as it reads: {}", lines[0]);
}
