//! From the invitation to the removal, with two browsers.

use super::{World, fill, is_accessible};
use crate::browser::driver::Browser;

#[tokio::test]
async fn somebody_is_invited_joins_works_and_is_removed() {
    let world = World::new().await;
    let owner = world.signed_in().await;
    owner.goto("/settings/team").await;
    owner.follow("Invite somebody").await;
    owner.see_heading("Invite somebody").await;
    is_accessible(&owner).await;
    fill(&owner, "input[name=email]", "jo@acme.example").await;
    owner.see("select[name=role] option[value=editor]").await.click().await.expect("chosen");
    owner.press("Invite to Acme").await;
    owner.see("#link").await;
    is_accessible(&owner).await;
    let link = owner.text("#link").await;
    let path = link.split_once("/invitations/").map(|(_, token)| format!("/invitations/{token}")).expect("a link");
    let sent = world.rig.mails.all().into_iter().filter(|(_, m)| format!("{m:?}").contains(&path)).count();
    assert_eq!(sent, 1, "it was mailed, too");

    let jo = Browser::open(&world.base).await;
    jo.goto(&path).await;
    jo.see_heading("Join Acme").await;
    is_accessible(&jo).await;
    fill(&jo, "input[name=password]", "a battery of horses").await;
    fill(&jo, "input[name=again]", "a battery of horses").await;
    jo.press("Join").await;
    jo.see_heading("Overview").await;
    jo.goto("/campaigns").await;
    jo.see_heading("Campaigns").await;

    owner.goto("/settings/team").await;
    is_accessible(&owner).await;
    owner.see_xpath("//tr[contains(., 'jo@acme.example')]//a").await.click().await.expect("followed");
    owner.see_heading("jo@acme.example").await;
    is_accessible(&owner).await;
    owner.client.refresh().await.expect("loaded anew");
    owner.see_xpath("//summary[normalize-space(.)='Remove them entirely']").await.click().await.expect("opened");
    owner.press("Yes, remove them").await;
    owner.see(".notice").await;
    assert!(!owner.text("main").await.contains("jo@acme.example"));

    jo.goto("/campaigns").await;
    jo.see_heading("Sign in").await;
    jo.goto(&path).await;
    jo.see_heading("This link no longer works").await;
    is_accessible(&jo).await;
    owner.is_content().await;
    world.end().await;
}
