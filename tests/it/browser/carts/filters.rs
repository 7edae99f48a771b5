//! Carts filtered by keyboard alone.

use crate::browser::driver::Browser;
use crate::browser::shell::keyboard::{attended, strike};
use crate::browser::shell::screens::faults;
use crate::browser::world::World;
use fantoccini::key::Key;

/// Goes on by Tab until this has the attention, as a script finds it.
async fn tab_to(browser: &Browser, script: &str) {
    for _ in 0..60 {
        if browser.ask(script).await == true {
            return;
        }
        strike(browser, [Key::Tab.into()]).await;
    }
    panic!("{script} never had the attention, but {}", attended(browser).await);
}

#[tokio::test]
async fn filters_are_combined_and_taken_away_by_keyboard_alone() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    browser.goto("/carts").await;
    browser.see_heading("Carts").await;
    tab_to(&browser, "return document.activeElement.matches('.filters > summary');").await;
    strike(&browser, [Key::Enter.into()]).await;
    tab_to(&browser, "return document.activeElement.name === 'state';").await;
    strike(&browser, "abandoned".chars()).await;
    tab_to(&browser, "return document.activeElement.name === 'min';").await;
    strike(&browser, "10".chars()).await;
    tab_to(&browser, "return document.activeElement.matches('.filters button');").await;
    strike(&browser, [Key::Enter.into()]).await;
    browser.see(".chips").await;
    let address = browser.client.current_url().await.expect("an address");
    assert_eq!(address.query(), Some("state=abandoned&min=10"));
    assert_eq!(browser.text("tbody th").await, "a•••@example.com");
    browser.set_size(360, 740).await;
    browser.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; }); return 0;").await;
    assert_eq!(faults(&browser).await, Vec::<String>::new());
    tab_to(&browser, "return document.activeElement.matches('.chips a') && document.activeElement.textContent.includes('10');").await;
    strike(&browser, [Key::Enter.into()]).await;
    browser.see_xpath("//main[not(.//ul[@class='chips'])]").await;
    assert_eq!(browser.client.current_url().await.expect("an address").query(), Some("state=abandoned"));
    browser.is_content().await;
    world.end().await;
}
