//! The sequence as a picture: changed by buttons without being stored, beside what its steps did; and versions set against each other.

use super::editing::{count, fields, made, rich, row, send, text, with};
use crate::pages::seed::{End, Shopper, publish, story};
use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;
use comeback::app::campaigns::{Act, act, update};
use comeback::domain::campaign::CampaignSpec;

#[actix_web::test]
async fn a_button_of_the_picture_shows_what_it_does_and_saves_nothing() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let id = made(&world, &shop, CampaignSpec::starter()).await;
    let path = format!("/campaigns/{id}");
    let page = world.get(Some(&editor), &path).await;
    assert_eq!((count(&page, ".node.step"), count(&page, ".wait")), (2, 2));
    assert!(text(&page, ".canvas").contains("Wait 1 hour after the cart was left"), "{}", text(&page, ".canvas"));
    let added = send(&world, &editor, &path, &with(fields(&page), &[("do", "step-add 2"), ("name", "Typed")])).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    assert_eq!(count(&added, ".node.step"), 3);
    assert_eq!(count(&added, "#step-3[open] > summary[autofocus]"), 1, "the new step is open, and is where one is");
    assert!(text(&added, ".save [role=status]").contains("Not saved yet"));
    assert_eq!(count(&added, "[name=name][value=Typed]"), 1, "what was typed is still there");
    assert_eq!(count(&added, ".top form"), 0, "nobody publishes what isn't saved");
    assert_eq!(row(&world, &shop, id).await.spec, CampaignSpec::starter());
    let moved = send(&world, &editor, &path, &with(fields(&added), &[("do", "step-up 2")])).await;
    let saved = send(&world, &editor, &path, &fields(&moved)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", text(&saved, ".attention"));
    let spec = row(&world, &shop, id).await.spec;
    assert_eq!((spec.name.as_str(), spec.steps.len()), ("Typed", 3));
    assert_eq!(spec.steps.iter().map(|s| s.channel.as_str()).collect::<Vec<_>>(), ["email", "sms", "sms"]);
    let page = world.get(Some(&editor), &path).await;
    for (word, status) in [("explode", StatusCode::UNPROCESSABLE_ENTITY), ("step-up 0", StatusCode::CONFLICT)] {
        assert_eq!(send(&world, &editor, &path, &with(fields(&page), &[("do", word)])).await.status, status, "{word}");
    }
}

#[actix_web::test]
async fn paths_stand_side_by_side_and_texts_with_their_shares() {
    let (world, shop) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let id = made(&world, &shop, rich()).await;
    let page = world.get(Some(&viewer), &format!("/campaigns/{id}")).await;
    let columns = text(&page, ".branches .columns");
    for words in ["big", "carts worth 150.00 USD or more", "rest", "all carts that are left", "there is no such path", "Step 2: SMS"] {
        assert!(columns.contains(words), "{words} in {columns}");
    }
    let texts = text(&page, ".texts");
    assert!(texts.contains("A 67 %") && texts.contains("B 33 %") && texts.contains("without the code"), "{texts}");
    assert!(text(&page, "#holdout summary").contains("5 % left alone"));
    assert_eq!(count(&page, ".act, .editor button"), 0, "a viewer changes nothing");
}

#[actix_web::test]
async fn beside_each_step_stands_what_it_did_and_how_sure_that_is() {
    let (world, shop) = World::with_shop().await;
    let viewer = world.person(Role::Viewer, None).await;
    let draft = made(&world, &shop, CampaignSpec::starter()).await;
    assert_eq!(count(&world.get(Some(&viewer), &format!("/campaigns/{draft}")).await, ".did"), 0, "what was never at work did nothing");
    let id = publish(&world, &shop).await;
    for (email, days_ago, end) in [("a@shop.example", 5, End::Bought(10_000, 2_500)), ("b@shop.example", 6, End::Mailed)] {
        story(&world, &shop, id, &Shopper { email, title: "Lamp", days_ago, end }).await;
    }
    let page = world.get(Some(&viewer), &format!("/campaigns/{id}")).await;
    let did = text(&page, "dl.did");
    // Of two carts with the message one was opened by a person and bought, and a quarter of it went back.
    for words in ["to 2 carts", "50.0 %", "1 of 2", "few", "75.00 USD"] {
        assert!(did.contains(words), "{words} in {did}");
    }
    assert_eq!(count(&page, "dl.did a[href*='/carts?']"), 1, "its carts are one click away");
    assert_eq!(text(&page, "p.did"), "No message yet in this time.", "the second step did nothing yet, which is no zero");
}

#[actix_web::test]
async fn two_versions_are_set_against_each_other_and_one_is_made_the_draft_again() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let viewer = world.person(Role::Viewer, None).await;
    let id = made(&world, &shop, CampaignSpec::starter()).await;
    let path = format!("/campaigns/{id}/versions");
    assert!(text(&world.get(Some(&viewer), &path).await, "main").contains("never published"));
    act(&world.app, shop.id, id, Act::Publish, "test").await.expect("published");
    assert!(text(&world.get(Some(&viewer), &path).await, "main").contains("They say the same"));
    let mut changed = CampaignSpec::starter();
    changed.holdout_percent = 25;
    changed.steps.remove(0);
    update(&world.app, shop.id, id, changed.clone(), "test").await.expect("saved");
    let page = world.get(Some(&editor), &path).await;
    let told = text(&page, ".changes");
    assert!(told.contains("Comparison group 10 % → 25 %"), "{told}");
    assert!(text(&page, "h2").contains("Step 1 removed"), "{}", text(&page, "h2"));
    assert!(text(&page, ".diff .added").contains("\"holdout_percent\": 25"), "{}", text(&page, ".diff"));
    assert!(text(&page, ".diff .removed").contains("\"holdout_percent\": 10"));
    assert!(text(&page, "main details").contains("never published: it is replaced"), "what would be lost is said");
    assert_eq!(count(&world.get(Some(&viewer), &path).await, "main form[method=post]"), 0);
    let restore = format!("{path}/1/restore");
    assert_eq!(world.post(&viewer, &restore, &[]).await.status, StatusCode::FORBIDDEN);
    let stale = world.post(&editor, &restore, &[("saved_at", "1")]).await;
    assert_eq!((stale.status, row(&world, &shop, id).await.spec), (StatusCode::CONFLICT, changed));
    let done = world.post(&editor, &restore, &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let back = row(&world, &shop, id).await;
    assert_eq!((back.spec, back.version), (CampaignSpec::starter(), 1), "nothing is published by it");
    assert!(text(&world.get(Some(&editor), done.header("location")).await, ".notice").contains("draft again"));
    for missing in [format!("{path}/7/restore"), "/campaigns/00000000-0000-0000-0000-000000000001/versions/1/restore".into()] {
        assert_eq!(world.post(&editor, &missing, &[]).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    assert_eq!(world.get(Some(&viewer), &format!("{path}?old=9")).await.status, StatusCode::NOT_FOUND);
}
