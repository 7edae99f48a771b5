//! Everything by keyboard: nobody needs a mouse.

use crate::browser::driver::Browser;
use crate::browser::world::{OWNER, PASSWORD, World};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;

/// Presses and lets go each key in turn, wherever the attention is.
pub async fn strike(browser: &Browser, keys: impl IntoIterator<Item = char>) {
    let actions = keys
        .into_iter()
        .fold(KeyActions::new("keyboard".into()), |actions, value| actions.then(KeyAction::Down { value }).then(KeyAction::Up { value }));
    browser.client.perform_actions(actions).await.expect("struck");
}

/// The text of what has the attention.
pub async fn attended(browser: &Browser) -> String {
    browser.ask("return document.activeElement.textContent.trim();").await.as_str().expect("text").to_owned()
}

#[tokio::test]
async fn the_owner_signs_in_and_finds_the_carts_with_tab_and_enter_alone() {
    let world = World::new().await;
    let browser = Browser::open(&world.base).await;
    browser.goto("/carts").await;
    browser.see_heading("Sign in").await;
    strike(&browser, OWNER.chars().chain([Key::Tab.into()]).chain(PASSWORD.chars()).chain([Key::Tab.into()])).await;
    assert_eq!(attended(&browser).await, "Sign in");
    strike(&browser, [Key::Enter.into()]).await;
    browser.see_heading("Carts").await;
    strike(&browser, [Key::Tab.into()]).await;
    assert_eq!(attended(&browser).await, "Skip to content");
    for _ in 0..20 {
        if attended(&browser).await == "Campaigns" {
            break;
        }
        strike(&browser, [Key::Tab.into()]).await;
        let ring = "return getComputedStyle(document.activeElement).outlineStyle;";
        assert_eq!(browser.ask(ring).await, "solid", "where the attention is must be seen: {}", attended(&browser).await);
    }
    strike(&browser, [Key::Enter.into()]).await;
    browser.see_heading("Campaigns").await;
    browser.is_content().await;
    world.end().await;
}
