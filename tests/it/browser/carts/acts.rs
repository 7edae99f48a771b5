//! A cart's messages in a merchant's hands: stopped, gone on with, sent now at night, and the shopper erased.

use crate::browser::driver::Browser;
use crate::browser::shell::screens::faults;
use crate::browser::world::World;
use comeback::db;
use jiff::SignedDuration;

/// Ann left, has her mail, and her text waits until tomorrow.
async fn anns_cart(browser: &Browser) {
    browser.goto("/carts?state=abandoned").await;
    browser.see("tbody tr th a").await.click().await.expect("clicked");
    browser.see_heading("Cart").await;
}

#[tokio::test]
async fn a_cart_is_stopped_goes_on_and_its_next_message_waits_for_the_morning() {
    let world = World::new().await;
    // Before midnight in New York.
    world.rig.clock.advance(SignedDuration::from_hours(8));
    let browser = world.signed_in().await;
    anns_cart(&browser).await;
    browser.press("Stop messages for this cart").await;
    browser.see(".notice[role=status]").await;
    assert!(browser.text("[aria-labelledby=messages]").await.contains("Somebody of the store stopped messages"));
    browser.press("Let messages go on").await;
    browser.see_xpath("//button[normalize-space(.)='Send now']").await;
    browser.press("Send now").await;
    browser.see_xpath("//*[@role='status' and contains(., 'Due now')]").await;
    let before = world.rig.texts.count();
    world.rig.settle().await;
    assert_eq!(world.rig.texts.count(), before, "it is night");
    browser.client.refresh().await.expect("loaded anew");
    let told = browser.text("[aria-labelledby=timeline]").await;
    for words in ["stopped by hand", "may go on, by hand", "is due now, by hand", "quiet_hours"] {
        assert!(told.contains(words), "{words:?} in {told}");
    }
    browser.set_size(360, 740).await;
    assert_eq!(faults(&browser).await, Vec::<String>::new());
    world.rig.pass(SignedDuration::from_hours(12)).await;
    assert_eq!(world.rig.texts.count(), before + 1, "in the morning");
    browser.is_content().await;
    world.end().await;
}

#[tokio::test]
async fn a_shopper_is_looked_at_and_erased_and_both_are_recorded() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    anns_cart(&browser).await;
    browser.follow("Show").await;
    browser.see_xpath("//dd[contains(., 'ann@example.com')]").await;
    browser.follow("Hide").await;
    browser.follow("Erase this shopper").await;
    browser.see_heading("Erase this shopper").await;
    browser.set_size(360, 740).await;
    assert_eq!(faults(&browser).await, Vec::<String>::new());
    browser.press("Erase for good").await;
    browser.see("[role=alert]").await;
    let refused = browser.complaints().await;
    assert!(refused.len() == 1 && refused[0].contains("422"), "{refused:?}");
    browser.see("input[name=sure]").await.click().await.expect("ticked");
    browser.press("Erase for good").await;
    browser.see_xpath("//*[@role='status' and contains(., 'names nobody')]").await;
    let audit = db::access::audit_list(&world.rig.app.db, world.rig.shop.id, None, 20).await.expect("audit");
    let acts: Vec<&str> = audit.iter().map(|a| a.action.as_str()).filter(|a| a.starts_with("cart.")).collect();
    assert_eq!(acts, ["cart.erase", "cart.reveal"]);
    browser.is_content().await;
    world.end().await;
}
