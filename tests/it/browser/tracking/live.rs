//! Deliveries as they come, in an open window.

use crate::browser::driver::Browser;
use crate::browser::shell::screens::faults;
use crate::browser::world::World;
use crate::support::shopper::Shopper;
use comeback::app::access::sign_out;
use jiff::SignedDuration;

/// How many deliveries the window shows.
async fn shown(browser: &Browser) -> u64 {
    browser.ask("return document.querySelectorAll('[data-came] > li').length;").await.as_u64().expect("a number")
}

#[tokio::test]
async fn a_delivery_appears_in_the_open_window_until_one_signs_out_elsewhere() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let session = browser.client.get_named_cookie("comeback_session").await.expect("a session").value().to_owned();
    browser.goto("/tracking").await;
    browser.see_xpath("//p[@id='live' and contains(., 'by itself')]").await;
    let before = shown(&browser).await;
    browser.ask("window.stays = 1; return 0;").await;
    let kim = Shopper::new("Kim", 9);
    world.rig.clock.advance(SignedDuration::from_secs(10));
    world.rig.tell("carts/update", &kim.cart(world.rig.app.now())).await;
    browser.see_xpath("//ol[@data-came]/li[1][contains(., 'carts/update')]").await;
    assert_eq!(shown(&browser).await, before + 1);
    assert_eq!(browser.ask("return window.stays;").await, 1, "the page was not loaded anew");
    assert!(!browser.text("main").await.contains("@example.com"), "nobody is named");
    browser.set_size(360, 740).await;
    assert_eq!(faults(&browser).await, Vec::<String>::new());
    sign_out(&world.rig.app, &session).await.expect("signed out elsewhere");
    let ended =
        "return new Promise((done) => document.querySelector('[data-came]').addEventListener('htmx:sse:close', () => done('closed')));";
    assert_eq!(browser.ask(ended).await, "closed");
    browser.is_content().await;
    world.end().await;
}
