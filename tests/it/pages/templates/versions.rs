//! Versions: one as it was, what changed between two, and an old one made new again.

use super::support::{again, count, fields, mail, send, source, text, with};
use crate::pages::support::World;
use actix_web::http::StatusCode;
use comeback::app::access::Role;

#[actix_web::test]
async fn an_old_version_is_looked_at_compared_and_restored_as_a_new_one() {
    let (world, shop) = World::with_shop().await;
    let editor = world.person(Role::Editor, None).await;
    let row = mail(&world, &shop).await;
    let path = format!("/templates/{}", row.id);
    let form = fields(&world.get(Some(&editor), &path).await, "#editor");
    let body = source(&row).body.replace("We saved your cart", "We kept your cart");
    send(&world, &editor, &path, &with(with(form, "body", &body), "subject", "Second")).await;
    let page = world.get(Some(&editor), &path).await;
    assert!(text(&page, "[aria-labelledby=versions]").contains("Version 2 in use"), "{}", text(&page, "[aria-labelledby=versions]"));
    let old = world.get(Some(&editor), &format!("{path}/version?number=1")).await;
    assert!(text(&old, "h1").contains("Version 1 of cart-reminder") && text(&old, "pre").contains("We saved your cart"));
    let framed = world.get(Some(&editor), &format!("{path}/preview?version=1")).await;
    assert!(framed.body.contains("We saved your cart") && framed.header("content-security-policy").starts_with("sandbox;"));
    let diff = world.get(Some(&editor), &format!("{path}/compare?from=1&to=2")).await;
    assert!(text(&diff, ".removed del b").contains("saved") && text(&diff, ".added ins b").contains("kept"), "{}", text(&diff, ".diff"));
    assert!(text(&diff, ".removed .hidden").contains("Removed, line"), "for those who hear it");
    assert!(text(&diff, ".diff summary").contains("lines that are the same"));
    let draft = with(fields(&page, "#editor"), "subject", "My draft");
    send(&world, &editor, &format!("{path}/live"), &draft).await;
    let restored = send(&world, &editor, &format!("{path}/restore"), &fields(&old, "form[action$=restore]")).await;
    assert_eq!(restored.status, StatusCode::SEE_OTHER);
    let now = again(&world, &row, &shop).await;
    assert_eq!((now.version, source(&now)), (3, source(&row)));
    assert!(world.get(Some(&editor), &path).await.body.contains("My draft"), "what is being written has nothing to do with it");
    let late = send(&world, &editor, &format!("{path}/restore"), &fields(&old, "form[action$=restore]")).await;
    assert!(late.status == StatusCode::SEE_OTHER || late.status == StatusCode::CONFLICT, "the same text again, or another version in use");
    assert_eq!(again(&world, &row, &shop).await.version, 3);
}

#[actix_web::test]
async fn a_version_that_is_not_there_is_not_found_and_viewers_restore_nothing() {
    let (world, shop) = World::with_shop().await;
    let (editor, viewer) = (world.person(Role::Editor, None).await, world.person(Role::Viewer, None).await);
    let path = format!("/templates/{}", mail(&world, &shop).await.id);
    for bad in ["version?number=9", "version?number=x", "compare?from=1&to=9", "preview?version=9"] {
        assert_eq!(world.get(Some(&editor), &format!("{path}/{bad}")).await.status, StatusCode::NOT_FOUND, "{bad}");
    }
    let same = world.get(Some(&viewer), &format!("{path}/compare")).await;
    assert!(text(&same, "main").contains("Both say the same."), "a first version has none before it");
    let page = world.get(Some(&viewer), &path).await;
    assert_eq!((count(&page, "#live[data-hx-post]"), count(&page, "#editor button[formaction]")), (0, 0));
    assert_eq!(world.post(&viewer, &format!("{path}/restore"), &[("version", "1")]).await.status, StatusCode::FORBIDDEN);
}
