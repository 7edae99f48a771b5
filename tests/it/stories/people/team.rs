//! The team: joining once, leaving at once, and never without an owner.

use super::{PASSWORD, audited, person, session};
use crate::support::rig::{Rig, both, new_shop};
use comeback::app::access::{Person, Role, signed_in};
use comeback::app::sign_in::{Started, Whence, start};
use comeback::app::team::{Accepted, Invite, accept, invite, join, members, remove, set_everywhere, set_role};
use comeback::app::{AppError, shops};
use comeback::db;
use comeback::domain::ids::ShopId;
use futures_util::future::join_all;
use jiff::SignedDuration;

fn to(email: &str, role: Role, shop: Option<ShopId>) -> Invite {
    Invite { email: email.parse().expect("an address"), role, shop }
}

async fn who(rig: &Rig, secret: &str) -> Option<Person> {
    signed_in(&rig.app, secret).await.expect("asked").map(|(person, _)| person)
}

#[tokio::test]
async fn of_two_invitations_at_once_one_makes_the_account_and_the_other_waits_for_its_owner() {
    both(|rig| async move {
        let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
        let here = invite(&rig.app, &to("new@acme.example", Role::Editor, Some(rig.shop.id)), &owner).await.expect("invited");
        let all = invite(&rig.app, &to("new@acme.example", Role::Viewer, None), &owner).await.expect("invited");
        let from = Whence::default();
        let tried = join_all([
            join(&rig.app, &here, "first horse battery", &from),
            join(&rig.app, &all, "second horse battery", &from),
            join(&rig.app, &here, "third horse battery", &from),
        ])
        .await;
        let came: Vec<Accepted> = tried.into_iter().map(|t| t.expect("asked")).collect();
        let secrets: Vec<&String> = came.iter().filter_map(|c| if let Accepted::Yes(Some(s)) = c { Some(s) } else { None }).collect();
        assert_eq!(secrets.len(), 1, "{came:?}");
        let new = who(&rig, secrets[0]).await.expect("signed in");
        let others = members(&rig.app).await.expect("asked");
        assert_eq!(others.iter().filter(|m| m.user.email == "new@acme.example").count(), 1);
        let first = matches!(came[1], Accepted::Yes(_));
        let open = if first { &here } else { &all };
        assert_eq!(accept(&rig.app, open, &new).await.expect("asked"), Accepted::Yes(None), "the other link is still good");
        let new = who(&rig, &session_of(&rig, &came).await).await.expect("signed in");
        assert_eq!((new.everywhere, new.role_in(rig.shop.id)), (Some(Role::Viewer), Some(Role::Editor)));
        assert_eq!(accept(&rig.app, open, &new).await.expect("asked"), Accepted::Over, "and now it isn't");
        assert_eq!(audited(&rig).await[..2], ["person.join", "person.join"]);
        rig
    })
    .await;
}

/// Whichever of the passwords was taken signs in.
async fn session_of(rig: &Rig, came: &[Accepted]) -> String {
    let words = ["first horse battery", "second horse battery", "third horse battery"];
    let at = came.iter().position(|c| matches!(c, Accepted::Yes(_))).expect("one");
    match start(&rig.app, ("new@acme.example", words[at]), &Whence::default()).await.expect("asked") {
        Started::Session(secret) => secret,
        _ => panic!("not signed in"),
    }
}

#[tokio::test]
async fn a_link_ends_after_seven_days_or_when_it_is_replaced_or_its_sender_is_no_owner_any_more() {
    both(|rig| async move {
        let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
        let second = person(&rig, "second@acme.example", Role::Owner, Some(rig.shop.id)).await;
        let from = Whence::default();
        let over = async |token: &str| matches!(join(&rig.app, token, PASSWORD, &from).await, Ok(Accepted::Over));
        let wanted = to("new@acme.example", Role::Viewer, Some(rig.shop.id));
        let former = invite(&rig.app, &wanted, &owner).await.expect("invited");
        let newer = invite(&rig.app, &wanted, &owner).await.expect("invited");
        assert!(over(&former).await && over("made up").await);
        rig.clock.advance(SignedDuration::from_hours(24 * 7));
        assert!(over(&newer).await);
        let by_second = invite(&rig.app, &to("third@acme.example", Role::Owner, Some(rig.shop.id)), &second).await.expect("invited");
        set_role(&rig.app, (rig.shop.id, second.id), Some(Role::Editor), "story").await.expect("set");
        assert!(over(&by_second).await, "who is no owner lets nobody in");
        assert!(join(&rig.app, &newer, "short", &from).await.is_ok_and(|c| c == Accepted::Over));
        rig
    })
    .await;
}

#[tokio::test]
async fn an_invitation_makes_nobody_less_and_is_nobody_elses() {
    both(|rig| async move {
        let owner = person(&rig, "owner@acme.example", Role::Owner, None).await;
        let jo = person(&rig, "jo@acme.example", Role::Owner, Some(rig.shop.id)).await;
        let token = invite(&rig.app, &to("jo@acme.example", Role::Viewer, Some(rig.shop.id)), &owner).await.expect("invited");
        assert!(matches!(accept(&rig.app, &token, &owner).await, Err(AppError::Conflict(_))), "it is Jo's");
        assert_eq!(
            join(&rig.app, &token, "somebody's battery", &Whence::default()).await.ok(),
            Some(Accepted::Known),
            "Jo keeps the password"
        );
        assert_eq!(accept(&rig.app, &token, &jo).await.ok(), Some(Accepted::Yes(None)));
        let jo = who(&rig, &session(&rig, &jo).await).await.expect("signed in");
        assert_eq!((jo.everywhere, jo.role_in(rig.shop.id)), (None, Some(Role::Owner)));
        rig
    })
    .await;
}

#[tokio::test]
async fn of_two_owners_who_remove_each_other_at_once_one_stays() {
    both(|rig| async move {
        let one = person(&rig, "one@acme.example", Role::Owner, None).await;
        let other = person(&rig, "other@acme.example", Role::Owner, None).await;
        let tried = join_all([remove(&rig.app, one.id, "story"), remove(&rig.app, other.id, "story")]).await;
        assert_eq!(tried.iter().filter(|t| t.is_ok()).count(), 1, "{tried:?}");
        assert!(tried.iter().any(|t| matches!(t, Err(AppError::Conflict(_)))), "{tried:?}");
        let last = db::access::users(&rig.app.db).await.expect("people").remove(0).id;
        let third = person(&rig, "third@acme.example", Role::Owner, None).await;
        let tried =
            join_all([set_everywhere(&rig.app, last, Some(Role::Editor), "story"), set_everywhere(&rig.app, third.id, None, "story")])
                .await;
        assert_eq!(tried.iter().filter(|t| t.is_ok()).count(), 1, "{tried:?}");
        rig
    })
    .await;
}

#[tokio::test]
async fn a_store_keeps_an_owner_of_its_own_where_nobody_owns_everything() {
    both(|rig| async move {
        let one = person(&rig, "one@acme.example", Role::Owner, Some(rig.shop.id)).await;
        let other = person(&rig, "other@acme.example", Role::Owner, Some(rig.shop.id)).await;
        let tried = join_all([
            set_role(&rig.app, (rig.shop.id, one.id), Some(Role::Viewer), "story"),
            set_role(&rig.app, (rig.shop.id, other.id), None, "story"),
        ])
        .await;
        assert_eq!(tried.iter().filter(|t| t.is_ok()).count(), 1, "{tried:?}");
        let left = if tried[0].is_ok() { other.id } else { one.id };
        assert!(remove(&rig.app, left, "story").await.is_err());
        person(&rig, "all@acme.example", Role::Owner, None).await;
        remove(&rig.app, left, "story").await.expect("there is another now");
        rig
    })
    .await;
}

#[tokio::test]
async fn who_is_removed_is_out_at_once() {
    both(|rig| async move {
        person(&rig, "owner@acme.example", Role::Owner, None).await;
        let other = shops::add(&rig.app, new_shop("other.myshopify.com"), "story").await.expect("a store").id;
        let jo = person(&rig, "jo@acme.example", Role::Editor, Some(rig.shop.id)).await;
        set_role(&rig.app, (other, jo.id), Some(Role::Viewer), "story").await.expect("set");
        let secret = session(&rig, &jo).await;
        set_role(&rig.app, (rig.shop.id, jo.id), None, "story").await.expect("set");
        let left = who(&rig, &secret).await.expect("still something elsewhere");
        assert_eq!((left.role_in(rig.shop.id), left.role_in(other)), (None, Some(Role::Viewer)));
        let secret = session(&rig, &jo).await;
        set_role(&rig.app, (other, jo.id), None, "story").await.expect("set");
        assert!(who(&rig, &secret).await.is_none(), "nothing is left");
        set_role(&rig.app, (other, jo.id), Some(Role::Viewer), "story").await.expect("set");
        let secret = session(&rig, &jo).await;
        remove(&rig.app, jo.id, "story").await.expect("removed");
        assert!(who(&rig, &secret).await.is_none());
        assert!(matches!(start(&rig.app, (&jo.email, PASSWORD), &Whence::default()).await, Ok(Started::Refused)));
        assert!(matches!(remove(&rig.app, jo.id, "story").await, Err(AppError::NotFound(_))));
        rig
    })
    .await;
}
