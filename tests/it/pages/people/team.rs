//! The team's pages: who sees whom, invites whom, and may take what away.

use super::{cookie, token, with_codes};
use crate::pages::support::{PASSWORD, PUBLIC_URL, World, request};
use actix_web::http::{Method, StatusCode};
use comeback::app::access::{Role, save_user, set_role, sign_in};
use comeback::db;
use comeback::domain::ids::ShopId;
use uuid::Uuid;

async fn add(world: &World, email: &str, role: Role, only: Option<ShopId>) -> Uuid {
    save_user(&world.app, &email.parse().expect("an address"), role, only, PASSWORD).await.expect("a person").id
}

async fn session_of(world: &World, email: &str) -> String {
    sign_in(&world.app, email, PASSWORD).await.expect("asked").expect("a session")
}

#[actix_web::test]
async fn an_owner_of_a_store_sees_its_people_and_an_owner_of_everything_sees_all() {
    let (world, acme) = World::with_shop().await;
    let other = world.add_shop("other", "Otherwise").await;
    let owner = world.person(Role::Owner, None).await;
    add(&world, "acme@shop.example", Role::Owner, Some(acme.id)).await;
    let both = add(&world, "both@shop.example", Role::Editor, Some(acme.id)).await;
    set_role(&world.app, (other.id, both), Some(Role::Viewer), "story").await.expect("set");
    let elsewhere = add(&world, "elsewhere@shop.example", Role::Owner, Some(other.id)).await;
    let acme_owner = session_of(&world, "acme@shop.example").await;
    let page = world.get(Some(&acme_owner), "/settings/team").await.body;
    for seen in ["owner@comeback.example", "every store: owner", "both@shop.example", "Acme: editor"] {
        assert!(page.contains(seen), "{seen}\n{page}");
    }
    for hidden in ["elsewhere@shop.example", "Otherwise"] {
        assert!(!page.contains(hidden), "{hidden}\n{page}");
    }
    assert_eq!(world.get(Some(&acme_owner), &format!("/settings/team/{elsewhere}")).await.status, StatusCode::NOT_FOUND);
    let member = world.get(Some(&acme_owner), &format!("/settings/team/{both}")).await.body;
    assert!(member.contains("In Acme") && !member.contains("Remove them entirely"), "{member}");
    for path in ["everywhere", "remove", "reset-factors"] {
        let refused = world.post(&acme_owner, &format!("/settings/team/{both}/{path}"), &[("role", "owner")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    let refused = world.post(&acme_owner, "/settings/team/invite/everywhere", &[("role", "owner"), ("email", "x@shop.example")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let all = world.get(Some(&owner), "/settings/team").await.body;
    for seen in ["elsewhere@shop.example", "Otherwise: owner", "Otherwise: viewer"] {
        assert!(all.contains(seen), "{seen}\n{all}");
    }
    let viewer = session_of(&world, "both@shop.example").await;
    assert_eq!(world.get(Some(&viewer), "/settings/team").await.status, StatusCode::FORBIDDEN);
}

/// Invites somebody: the path of the link.
async fn invited(world: &World, session: &str, path: &str, (email, role): (&str, &str)) -> String {
    let answer = world.post(session, path, &[("email", email), ("role", role)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let (_, after) = answer.body.split_once(PUBLIC_URL).expect("a link");
    after.split('<').next().expect("a path").to_owned()
}

#[actix_web::test]
async fn somebody_new_joins_by_a_link_that_works_once() {
    let (world, acme) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    for (email, role, fault) in [("nobody", "viewer", "isn&#39;t an e-mail address"), ("new@shop.example", "king", "Choose a role")] {
        let wrong = world.post(&owner, "/settings/team/invite", &[("email", email), ("role", role)]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains(fault), "{}", wrong.body);
        assert!(wrong.body.contains(&format!("value=\"{email}\"")), "as it was typed");
    }
    let already = world.post(&owner, "/settings/team/invite", &[("email", "owner@comeback.example"), ("role", "editor")]).await;
    assert!(already.status == StatusCode::UNPROCESSABLE_ENTITY && already.body.contains("already"), "{}", already.body);
    let link = invited(&world, &owner, "/settings/team/invite", ("New@shop.example", "editor")).await;
    let team = world.get(Some(&owner), "/settings/team").await.body;
    assert!(team.contains("new@shop.example") && !team.contains(&link), "the link is shown once: {team}");
    let page = world.get(None, &link).await;
    assert!(page.body.contains("Join Acme") && page.body.contains("<b>editor</b>"), "{}", page.body);
    let post = async |password: &str, again: &str| {
        world.ask(request(Method::POST, None, &link).set_form([("password", password), ("again", again)])).await
    };
    assert_eq!(post("short", "short").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(PASSWORD, "something else").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let foreign = request(Method::POST, None, &link).insert_header(("sec-fetch-site", "cross-site"));
    assert_eq!(world.ask(foreign.set_form([("password", PASSWORD), ("again", PASSWORD)])).await.status, StatusCode::FORBIDDEN);
    let joined = post(PASSWORD, PASSWORD).await;
    assert_eq!((joined.status, joined.header("location")), (StatusCode::SEE_OTHER, "/"));
    let session = cookie(&joined, "comeback_session");
    assert_eq!(world.get(Some(&session), "/carts").await.status, StatusCode::OK);
    assert_eq!(world.get(Some(&session), "/settings/team").await.status, StatusCode::FORBIDDEN, "an editor");
    for answer in [post(PASSWORD, PASSWORD).await, world.get(None, &link).await, world.get(None, "/invitations/made-up").await] {
        assert!(answer.status == StatusCode::NOT_FOUND && answer.body.contains("no longer works"), "{}", answer.body);
    }
    let place = &db::access::places_in(&world.app.db, acme.id).await.expect("places")[0];
    assert_eq!(place.role, "editor");
    let audit = db::access::audit_list(&world.app.db, acme.id, None, 5).await.expect("the audit");
    let done: Vec<&str> = audit.iter().map(|e| e.action.as_str()).take(2).collect();
    assert_eq!(done, ["person.join", "person.invite"]);
    assert!(audit.iter().all(|e| !e.detail.contains('@')), "ids, no addresses: {audit:?}");
}

#[actix_web::test]
async fn who_has_an_account_signs_in_before_joining_and_nobody_joins_for_another() {
    let (world, acme) = World::with_shop().await;
    let other = world.add_shop("other", "Otherwise").await;
    let owner = world.person(Role::Owner, None).await;
    add(&world, "jo@shop.example", Role::Viewer, Some(acme.id)).await;
    let path = format!("/settings/team/invite?shop={}", other.id);
    let link = invited(&world, &owner, &path, ("jo@shop.example", "owner")).await;
    let stranger = world.get(None, &link).await;
    assert!(stranger.body.contains("You have an account") && !stranger.body.contains("new-password"), "{}", stranger.body);
    let forced = world.ask(request(Method::POST, None, &link).set_form([("password", "another horse"), ("again", "another horse")])).await;
    assert_eq!(forced.status, StatusCode::OK, "the same page again");
    let as_owner = world.get(Some(&owner), &link).await;
    assert!(as_owner.body.contains("You are signed in as owner@comeback.example"), "{}", as_owner.body);
    assert_eq!(world.post(&owner, &link, &[]).await.status, StatusCode::CONFLICT);
    let jo = session_of(&world, "jo@shop.example").await;
    let page = world.ask(request(Method::GET, Some(&jo), &link)).await;
    let forged = world.ask(request(Method::POST, Some(&jo), &link).set_form([("csrf", "AAAA")])).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let csrf = token(&page);
    let joined = world.ask(request(Method::POST, Some(&jo), &link).set_form([("csrf", csrf.as_str())])).await;
    assert_eq!(joined.header("location"), "/");
    let team = world.get(Some(&jo), &format!("/settings/team?shop={}", other.id)).await;
    assert_eq!(team.status, StatusCode::OK, "an owner there");
    assert_eq!(world.get(Some(&jo), &format!("/settings/team?shop={}", acme.id)).await.status, StatusCode::FORBIDDEN, "and a viewer here");
}

#[actix_web::test]
async fn an_invitation_is_withdrawn_by_an_owner_of_its_store_alone() {
    let (world, acme) = World::with_shop().await;
    let other = world.add_shop("other", "Otherwise").await;
    let owner = world.person(Role::Owner, None).await;
    add(&world, "other@shop.example", Role::Owner, Some(other.id)).await;
    let link = invited(&world, &owner, &format!("/settings/team/invite?shop={}", acme.id), ("new@shop.example", "viewer")).await;
    let all = invited(&world, &owner, "/settings/team/invite/everywhere", ("all@shop.example", "viewer")).await;
    let open = db::team::invitations(&world.app.db, world.app.now()).await.expect("asked");
    let of_other = session_of(&world, "other@shop.example").await;
    assert!(!world.get(Some(&of_other), "/settings/team").await.body.contains("new@shop.example"));
    for invitation in &open {
        let path = format!("/settings/team/invitations/{}/withdraw", invitation.id);
        assert_eq!(world.post(&of_other, &path, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.post(&owner, &path, &[]).await.status, StatusCode::SEE_OTHER);
    }
    for link in [link, all] {
        assert_eq!(world.get(None, &link).await.status, StatusCode::NOT_FOUND);
    }
}

#[actix_web::test]
async fn roles_change_and_people_leave_from_this_moment_on() {
    let (world, acme) = World::with_shop().await;
    let owner = world.person(Role::Owner, None).await;
    let jo = add(&world, "jo@shop.example", Role::Viewer, Some(acme.id)).await;
    let session = session_of(&world, "jo@shop.example").await;
    let act = async |path: &str, role: &str| world.post(&owner, &format!("/settings/team/{jo}/{path}"), &[("role", role)]).await;
    assert_eq!(act("role", "owner").await.header("location"), "/settings/team?done=role");
    assert_eq!(world.get(Some(&session), "/settings/team").await.status, StatusCode::OK);
    assert_eq!(act("everywhere", "editor").await.header("location"), "/settings/team?done=role");
    assert_eq!(act("leave", "").await.header("location"), "/settings/team?done=left");
    assert_eq!(world.get(Some(&session), "/settings/team").await.status, StatusCode::FORBIDDEN, "an editor of everything is left");
    assert_eq!(act("everywhere", "none").await.header("location"), "/settings/team?done=role");
    assert_eq!(world.get(Some(&session), "/").await.status, StatusCode::SEE_OTHER, "nothing is left");
    act("role", "viewer").await;
    let session = session_of(&world, "jo@shop.example").await;
    let (_, codes) = with_codes(&world, &session).await;
    assert_eq!(codes.len(), 10);
    let member = world.get(Some(&owner), &format!("/settings/team/{jo}")).await.body;
    assert!(member.contains("Switch off their second factor"), "{member}");
    assert_eq!(act("reset-factors", "").await.header("location"), "/settings/team?done=factors-reset");
    assert_eq!(world.get(Some(&session), "/").await.status, StatusCode::SEE_OTHER);
    let session = session_of(&world, "jo@shop.example").await;
    assert_eq!(act("remove", "").await.header("location"), "/settings/team?done=removed");
    assert_eq!(world.get(Some(&session), "/").await.status, StatusCode::SEE_OTHER);
    assert!(sign_in(&world.app, "jo@shop.example", PASSWORD).await.expect("asked").is_none());
    let me = db::access::users(&world.app.db).await.expect("people")[0].id;
    for path in ["remove", "everywhere"] {
        let last = world.post(&owner, &format!("/settings/team/{me}/{path}"), &[("role", "viewer")]).await;
        assert!(last.status == StatusCode::CONFLICT && last.body.contains("last owner"), "{}", last.body);
    }
}
