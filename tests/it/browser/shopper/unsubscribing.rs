//! A shopper who wants to hear no more, with scripts and without.

use crate::browser::driver::Browser;
use crate::browser::world::World;

/// The rule for which each nudge was cancelled, of those that were.
async fn cancelled(world: &World) -> Vec<String> {
    let states = world.rig.nudge_states().await;
    states.into_iter().filter(|(_, state, _)| *state == "cancelled").map(|(_, _, rule)| rule).collect()
}

/// Ann opens the link in her mail and stops everything.
async fn stops_everything(world: &World, browser: &Browser) {
    let (_, token) = world.rig.links();
    let before = cancelled(world).await;
    browser.goto(&format!("/u/{token}")).await;
    browser.see("article form").await;
    let page = browser.text("main").await;
    assert!(page.contains("Acme") && !page.contains("ann@example.com"), "the address stays hidden: {page}");
    assert_eq!(cancelled(world).await, before, "looking changes nothing");
    browser.see("button[value=all]").await.click().await.expect("pressed");
    browser.see("h1 + p[role=status]").await;
    assert_eq!(browser.text("h1").await, "Done");
    world.rig.settle().await;
    let after = cancelled(world).await;
    assert_eq!(after.len(), before.len() + 1, "the text that waited is cancelled: {after:?}");
    world.rig.pass(jiff::SignedDuration::from_hours(48)).await;
    assert_eq!(world.rig.texts.count(), 0);
}

#[tokio::test]
async fn a_shopper_unsubscribes_and_the_message_that_waited_is_cancelled() {
    let world = World::new().await;
    let browser = Browser::open(&world.base).await;
    stops_everything(&world, &browser).await;
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn a_shopper_without_scripts_unsubscribes_as_well() {
    let world = World::new().await;
    let browser = Browser::without_scripts(&world.base).await;
    stops_everything(&world, &browser).await;
    world.end().await;
}
