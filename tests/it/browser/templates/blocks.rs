//! A mail by blocks, with the keyboard alone.

use super::support::{now, source, strike, template, told, until};
use crate::browser::driver::Browser;
use crate::browser::world::World;
use comeback::domain::event::ChannelKind;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;

const TABS_MAX: usize = 160;

async fn attended(browser: &Browser) -> String {
    let script = "const e = document.activeElement; return e === document.body ? '' : `${e.tagName} ${e.name || ''} ${e.textContent.replace(/\\s+/g, ' ').trim()}`;";
    browser.ask(script).await.as_str().expect("text").to_owned()
}

/// Goes on with Tab until what has the attention says this.
async fn tab_to(browser: &Browser, words: &str) {
    for _ in 0..TABS_MAX {
        if attended(browser).await.contains(words) {
            return;
        }
        strike(browser, [Key::Tab.into()]).await;
    }
    panic!("nothing says {words:?} by Tab: {}", attended(browser).await);
}

/// The same backwards.
async fn back_to(browser: &Browser, words: &str) {
    let (shift, tab): (char, char) = (Key::Shift.into(), Key::Tab.into());
    for _ in 0..TABS_MAX {
        if attended(browser).await.contains(words) {
            return;
        }
        let actions = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: shift })
            .then(KeyAction::Down { value: tab })
            .then(KeyAction::Up { value: tab })
            .then(KeyAction::Up { value: shift });
        browser.client.perform_actions(actions).await.expect("struck");
    }
    panic!("nothing says {words:?} by Shift and Tab: {}", attended(browser).await);
}

#[tokio::test]
async fn a_block_is_opened_changed_moved_and_saved_by_keyboard_alone() {
    let world = World::new().await;
    let row = template(&world, ChannelKind::Email).await;
    let browser = world.signed_in().await;
    browser.goto(&format!("/templates/{}/blocks", row.id)).await;
    browser.see_heading("checkout-reminder by blocks").await;
    let first = "Already ordered?";
    assert!(source(&row).body.contains(first));
    tab_to(&browser, &format!("Text {first}")).await;
    strike(&browser, [Key::Enter.into()]).await;
    tab_to(&browser, "TEXTAREA").await;
    strike(&browser, "Really. ".chars()).await;
    told(&browser, "Kept as your draft").await;
    browser.see("iframe[name=preview]").await.enter_frame().await.expect("entered");
    browser.see_xpath("//*[contains(., 'Really. Already ordered?')]").await;
    browser.client.enter_parent_frame().await.expect("left");
    tab_to(&browser, "act Up").await;
    strike(&browser, [Key::Enter.into()]).await;
    until(&browser, "return location.hash.startsWith('#b') && document.activeElement.textContent.includes('Really. Already');").await;
    back_to(&browser, "Save").await;
    strike(&browser, [Key::Enter.into()]).await;
    browser.see_xpath("//h1[contains(., 'version 2')]").await;
    let (version, text) = now(&world, &row).await;
    let (moved, button) = (text.body.find("Really. Already ordered?"), text.body.find("<mj-button"));
    assert!(version == 2 && moved.is_some() && moved < button, "it stands before the button now: {}", text.body);
    assert_eq!(text.body.len(), source(&row).body.len() + "Really. ".len(), "and nothing else is changed");
    browser.is_content().await;
    world.end().await;
}
