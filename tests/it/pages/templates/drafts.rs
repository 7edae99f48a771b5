//! What somebody writes is kept for them, and two who save at once both keep their work.

use super::support::{again, colleague, count, fields, mail, send, source, text, with};
use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::db;
use jiff::SignedDuration;

#[actix_web::test]
async fn what_is_typed_is_kept_for_its_writer_alone_until_it_is_saved_or_discarded() {
    let (world, shop) = World::with_shop().await;
    let (editor, other) = (world.person(Role::Editor, None).await, colleague(&world).await);
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let form = fields(&world.get(Some(&editor), &path).await, "#editor");
    let typed = with(form, "subject", "Half a thought");
    let told = send(&world, &editor, &format!("{path}/live"), &typed).await;
    assert_eq!(told.status, StatusCode::OK);
    assert!(text(&told, "p[role=status]").contains("Kept as your draft"), "{}", told.body);
    world.advance(SignedDuration::from_hours(30));
    let back = world.get(Some(&editor), &path).await;
    assert!(
        text(&back, ".draft").contains("Your draft") && text(&back, ".draft").contains("15 Jul 2026, 08:00"),
        "{}",
        text(&back, ".draft")
    );
    assert!(fields(&back, "#editor").contains(&("subject".into(), "Half a thought".into())));
    let others = world.get(Some(&other), &path).await;
    assert!(count(&others, ".draft") == 0 && !others.body.contains("Half a thought"), "a draft is its writer's own");
    assert_eq!(source(&again(&world, &row, &shop).await).subject, source(&row).subject, "and nobody gets it");
    let changes = world.get(Some(&editor), &format!("{path}/compare?from=1&to=draft")).await;
    assert!(text(&changes, ".diff ins").contains("Half a thought"), "{}", text(&changes, ".diff"));
    let gone = world.post(&editor, &format!("{path}/discard"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert_eq!(count(&world.get(Some(&editor), &path).await, ".draft"), 0);
    send(&world, &editor, &format!("{path}/draft"), &typed).await;
    assert_eq!(count(&world.get(Some(&editor), &path).await, ".draft"), 1);
    let saved = send(&world, &editor, &path, &typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", text(&saved, ".attention"));
    assert_eq!(count(&world.get(Some(&editor), &path).await, ".draft"), 0, "what is saved is no draft any more");
}

#[actix_web::test]
async fn typing_what_is_in_use_leaves_no_draft_and_a_form_without_a_text_is_refused() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let form = fields(&world.get(Some(&editor), &path).await, "#editor");
    send(&world, &editor, &format!("{path}/live"), &with(form.clone(), "subject", "Another")).await;
    let told = send(&world, &editor, &format!("{path}/live"), &form).await;
    assert!(text(&told, "p[role=status]").contains("Nothing is changed"), "{}", told.body);
    assert_eq!(count(&world.get(Some(&editor), &path).await, ".draft"), 0);
    let empty = world.post(&editor, &format!("{path}/live"), &[("subject", "x")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[actix_web::test]
async fn who_saves_second_sees_both_and_what_fits_together_is_put_together() {
    let (world, shop) = World::with_shop().await;
    let (first, second) = (world.person(Role::Editor, None).await, colleague(&world).await);
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let (hers, his) = (fields(&world.get(Some(&first), &path).await, "#editor"), fields(&world.get(Some(&second), &path).await, "#editor"));
    let saved = send(&world, &first, &path, &with(hers, "subject", "Hers")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let body = source(&row).body.replace("We saved your cart", "We kept your cart");
    let stale = send(&world, &second, &path, &with(his, "body", &body)).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let told = text(&stale, "main");
    assert!(told.contains("editor@comeback.example saved version 2") && told.contains("You began on version 1"), "{told}");
    assert!(text(&stale, ".diff .added").contains("Hers") && text(&stale, ".diff ins b").contains("kept"), "{}", text(&stale, ".diff"));
    assert_eq!(count(&stale, "input[type=radio]"), 0, "they touched different places");
    assert_eq!(again(&world, &row, &shop).await.version, 2, "nothing was replaced");
    let back = world.get(Some(&second), &path).await;
    assert!(
        text(&back, ".draft").contains("Somebody has saved another version since"),
        "his is kept while he chooses: {}",
        text(&back, ".draft")
    );
    let merged = send(&world, &second, &format!("{path}/merge"), &with(fields(&stale, "form[action$=merge]"), "act", "merge")).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", text(&merged, ".attention"));
    let now = again(&world, &row, &shop).await;
    assert_eq!((now.version, source(&now).subject.as_str(), source(&now).body), (3, "Hers", body));
    assert_eq!(count(&world.get(Some(&second), &path).await, ".draft"), 0);
}

#[actix_web::test]
async fn where_both_changed_the_same_words_somebody_chooses_and_every_version_stays() {
    let (world, shop) = World::with_shop().await;
    let (first, second) = (world.person(Role::Editor, None).await, colleague(&world).await);
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let form = fields(&world.get(Some(&first), &path).await, "#editor");
    send(&world, &first, &path, &with(form.clone(), "subject", "Hers")).await;
    let stale = send(&world, &second, &path, &with(form.clone(), "subject", "His")).await;
    assert_eq!((stale.status, count(&stale, "input[type=radio]")), (StatusCode::CONFLICT, 3));
    let choices = fields(&stale, "form[action$=merge]");
    let act =
        async |choices: Vec<(String, String)>, act: &str| send(&world, &second, &format!("{path}/merge"), &with(choices, "act", act)).await;
    let kept = act(choices.clone(), "theirs").await;
    assert!(kept.header("location").contains("done=template-theirs"));
    assert_eq!(source(&again(&world, &row, &shop).await).subject, "Hers");
    assert!(world.get(Some(&second), &path).await.body.contains("value=\"His\""), "his stays as a draft");
    let edited = act(with(choices.clone(), "subject-0", "both"), "edit").await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER);
    let going_on = fields(&world.get(Some(&second), &path).await, "#editor");
    assert!(going_on.contains(&("subject".into(), "Hers His".into())) && going_on.contains(&("base".into(), "2".into())), "{going_on:?}");
    let third = send(&world, &first, &path, &with(with(form, "subject", "Third"), "base", "2")).await;
    assert_eq!(third.status, StatusCode::SEE_OTHER);
    let moved_on = act(choices, "mine").await;
    assert_eq!(moved_on.status, StatusCode::CONFLICT, "what was chosen was chosen of another version");
    let last = act(fields(&moved_on, "form[action$=merge]"), "mine").await;
    assert_eq!(last.status, StatusCode::SEE_OTHER);
    let all = db::templates::versions(&world.app.db, shop.id, row.id).await.expect("versions");
    let subjects: Vec<String> = all
        .iter()
        .map(|v| serde_json::from_str::<serde_json::Value>(&v.1).expect("JSON")["subject"].as_str().expect("text").to_owned())
        .collect();
    assert_eq!(subjects[..3], ["His", "Third", "Hers"]);
}
